// The key "/" jumps into the search box, Escape leaves it.
// @ts-check

/** @param {HTMLInputElement} input @param {AbortSignal} signal */
export function search(input, signal) {
  document.addEventListener("keydown", (event) => {
    const place = /** @type {Element} */ (event.target);
    if (event.key !== "/" || document.body.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey || place.closest("input, textarea, select, [contenteditable]")) return;
    if (!input.offsetParent) return;
    event.preventDefault();
    input.focus();
    input.select();
  }, { signal });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") input.blur();
  }, { signal });
}
