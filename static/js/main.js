// Starts every behaviour that a page names in data-behaviour="…", also in pieces htmx brings in later.
// @ts-check
import { watchFailures } from "./behaviours/failures.js";
import { watchSpoilers } from "./behaviours/spoiler.js";
import { watchToasts } from "./behaviours/toast.js";
import { forgetSentDraft } from "./drafts/browser.js";
import { behaviours } from "./registry.js";
import { mountStreams } from "./sockets/stream.js";

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
