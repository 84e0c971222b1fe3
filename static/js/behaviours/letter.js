// The box of a conversation: what it answers, which files hang on it, its draft on the server, and who types.
// @ts-check
import { send } from "../writing/request.js";

const DRAFT = 1_500; // milliseconds after the last key

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
export function letter(form, signal) {
  const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("content"));
  const reply = /** @type {HTMLInputElement} */ (form.elements.namedItem("reply_to"));
  const files = /** @type {HTMLInputElement} */ (form.elements.namedItem("attachment"));
  const note = /** @type {HTMLElement | null} */ (form.querySelector("[data-reply-note]"));
  const names = form.querySelector("[data-files]");

  function answer(/** @type {string} */ id, /** @type {string} */ words) {
    reply.value = id;
    note?.querySelector("span")?.replaceChildren(words);
    if (note) note.hidden = !id;
  }
  note?.querySelector("button")?.addEventListener("click", () => answer("", ""), { signal });
  form.addEventListener("reset", () => answer("", ""), { signal });
  form.closest("[data-channel]")?.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-reply]");
    if (!button) return;
    answer(button.getAttribute("data-reply") ?? "", button.getAttribute("data-words") ?? "");
    button.closest("details")?.removeAttribute("open");
    area.focus();
  }, { signal });

  files.addEventListener("change", () => {
    names?.replaceChildren([...(files.files ?? [])].map((file) => file.name).join(", "));
  }, { signal });
  const take = (/** @type {Event} */ event, /** @type {DataTransfer | null} */ from) => {
    if (!from?.files.length) return;
    event.preventDefault();
    files.files = from.files;
    files.dispatchEvent(new Event("change"));
  };
  form.addEventListener("paste", (event) => take(event, event.clipboardData), { signal });
  form.addEventListener("dragover", (event) => event.preventDefault(), { signal });
  form.addEventListener("drop", (event) => take(event, event.dataTransfer), { signal });

  let timer = 0;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    const url = `/api/messages/conversations/${form.dataset.conversation}/draft`;
    timer = setTimeout(() => send(url, "PUT", { content: area.value }).catch(() => {}), DRAFT);
    document.dispatchEvent(new CustomEvent("realtime:say", { detail: { t: "typing", channel: `conv.${form.dataset.conversation}`, state: area.value ? "start" : "stop" } }));
  }, { signal });
}
