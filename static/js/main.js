// Starts every behaviour that a page names in data-behaviour="…", also in pieces htmx brings in later.
// @ts-check
import { autogrow } from "./behaviours/autogrow.js";
import { bell } from "./behaviours/bell.js";
import { composer } from "./behaviours/composer.js";
import { confirmation } from "./behaviours/confirmation.js";
import { copyLink } from "./behaviours/copy_link.js";
import { counter } from "./behaviours/counter.js";
import { draft, forgetSentDraft } from "./behaviours/draft.js";
import { watchFailures } from "./behaviours/failures.js";
import { flame } from "./behaviours/flame.js";
import { menu } from "./behaviours/menu.js";
import { newReplies } from "./behaviours/new_replies.js";
import { preview } from "./behaviours/preview.js";
import { search } from "./behaviours/search.js";
import { watchSpoilers } from "./behaviours/spoiler.js";
import { theme } from "./behaviours/theme.js";
import { toast, watchToasts } from "./behaviours/toast.js";
import { video } from "./behaviours/video.js";
import { mountStreams } from "./sockets/stream.js";

/** @type {Record<string, (element: any, signal: AbortSignal) => void>} */
const behaviours = {
  autogrow,
  bell,
  composer,
  confirmation,
  "copy-link": copyLink,
  counter,
  draft,
  flame,
  menu,
  "new-replies": newReplies,
  preview,
  search,
  theme,
  toast,
  video,
};

/** @type {WeakMap<Element, AbortController>} */
const mounted = new WeakMap();

/** @param {Element} element */
function mountOne(element) {
  if (mounted.has(element)) return;
  const controller = new AbortController();
  mounted.set(element, controller);
  for (const name of (element.getAttribute("data-behaviour") ?? "").split(/\s+/).filter(Boolean)) {
    if (name in behaviours) behaviours[name](element, controller.signal);
    else console.error(`unknown behaviour "${name}"`);
  }
}

/** @param {Element} root */
function mount(root) {
  if (root.matches("[data-behaviour]")) mountOne(root);
  root.querySelectorAll("[data-behaviour]").forEach(mountOne);
  mountStreams(root);
}

forgetSentDraft();
watchFailures();
watchSpoilers();
watchToasts();
mount(document.body);
document.addEventListener("htmx:load", (event) => mount(/** @type {Element} */ (event.target)));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  const element = /** @type {Element} */ (event.target);
  mounted.get(element)?.abort();
  mounted.delete(element);
});
