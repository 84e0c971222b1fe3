// Short messages in the corner: those the page came with and those that arrive later (HX-Trigger: toast).
// @ts-check

/** @param {string} text @param {string} level  success, info, warning or error */
export function showToast(text, level = "info") {
  const template = /** @type {HTMLTemplateElement | null} */ (document.getElementById("toast-template"));
  const list = document.getElementById("toasts");
  if (!text || !template || !list) return;
  const piece = /** @type {HTMLElement} */ (template.content.cloneNode(true)).querySelector(".toast");
  if (!piece) return;
  piece.classList.add(`toast--${level}`);
  piece.querySelectorAll("[data-level]").forEach((icon) => {
    if (!(icon.getAttribute("data-level") ?? "").split(" ").includes(level)) icon.remove();
  });
  const words = piece.querySelector("[data-toast-text]");
  if (words) words.textContent = text;
  list.append(piece);
  toast(/** @type {HTMLElement} */ (piece), new AbortController().signal);
}

/** Warnings and errors stay until they are closed. @param {HTMLElement} piece @param {AbortSignal} signal */
export function toast(piece, signal) {
  piece.querySelector("[data-close]")?.addEventListener("click", () => piece.remove(), { signal });
  if (piece.matches(".toast--error, .toast--warning")) return;
  let timer = window.setTimeout(() => piece.remove(), 7000);
  piece.addEventListener("pointerenter", () => clearTimeout(timer), { signal });
  piece.addEventListener("pointerleave", () => {
    timer = window.setTimeout(() => piece.remove(), 3000);
  }, { signal });
}

export function watchToasts() {
  document.body.addEventListener("toast", (event) => {
    const { text, level } = /** @type {CustomEvent} */ (event).detail;
    showToast(text, level);
  });
}
