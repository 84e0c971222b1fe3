// A <details> menu: closes on Escape and on a click elsewhere, arrow keys walk through it.
// @ts-check

/** @param {HTMLDetailsElement} menuElement @param {AbortSignal} signal */
export function menu(menuElement, signal) {
  const summary = /** @type {HTMLElement} */ (menuElement.querySelector("summary"));
  const items = () => /** @type {HTMLElement[]} */ ([...menuElement.querySelectorAll("a[href], button:not([disabled])")]);
  const close = () => menuElement.removeAttribute("open");
  document.addEventListener("click", (event) => {
    if (!menuElement.contains(/** @type {Node} */ (event.target))) close();
  }, { signal });
  menuElement.addEventListener("focusout", (event) => {
    const next = /** @type {Node | null} */ (event.relatedTarget);
    if (next && !menuElement.contains(next)) close();
  }, { signal });
  menuElement.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menuElement.open) {
      close();
      summary.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    menuElement.open = true;
    const all = items();
    const now = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    all[(now + step + all.length) % all.length]?.focus();
  }, { signal });
}
