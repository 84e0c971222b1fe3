// Shows new badges once, whatever devices are open: the server gives them to the page that asks first.
// A page in the background does not ask; it does when somebody looks at it. Who is writing gets a short line, no dialog.
// @ts-check
import { showToast } from "./toast.js";

/** Tells whether a dialog would come between somebody and their words. */
function isWriting() {
  const field = /** @type {HTMLInputElement | null} */ (document.activeElement);
  const inField = field?.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, [contenteditable]");
  const begun = [...document.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue);
  return begun || !!document.querySelector("dialog[open]") || (!!inField && !!(field?.value || field?.isContentEditable));
}

/** @param {HTMLElement} place @param {AbortSignal} signal */
export function celebration(place, signal) {
  let waits = "unseen" in place.dataset;
  let isShown = false;
  const ask = async () => {
    if (!waits || isShown || document.hidden) return;
    waits = false;
    const token = JSON.parse(document.body.dataset.hxHeaders ?? "{}")["X-CSRFToken"];
    const headers = { "X-CSRFToken": token, "X-Fragment": "celebration" };
    const answer = await fetch(place.dataset.url ?? "", { method: "POST", headers }).catch(() => null);
    if (answer?.status === 200) show(await answer.text());
  };
  const show = (/** @type {string} */ html) => {
    const news = document.createElement("template");
    news.innerHTML = html;
    news.content.querySelectorAll("[data-quiet]").forEach((line) => showToast(line.textContent ?? "", "info"));
    const form = news.content.querySelector("form");
    if (form && isWriting()) showToast(form.dataset.said ?? "", "success");
    else if (form) open(form);
  };
  const open = (/** @type {HTMLFormElement} */ form) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "celebration-title");
    dialog.append(form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      isShown = false;
      ask();
    });
    document.body.append(dialog);
    isShown = true;
    dialog.showModal();
  };
  document.addEventListener("realtime:badge:unlocked", () => {
    waits = true;
    ask();
  }, { signal });
  document.addEventListener("visibilitychange", ask, { signal });
  ask();
}
