// Hidden words in a text open by click or key.
// @ts-check

export function watchSpoilers() {
  const toggle = (/** @type {Event} */ event) => {
    const spoiler = /** @type {Element} */ (event.target).closest?.(".spoiler:not(details)");
    if (!spoiler) return;
    const link = /** @type {Element} */ (event.target).closest("a");
    if (link && spoiler.classList.contains("spoiler--open")) return;
    spoiler.classList.toggle("spoiler--open");
    event.preventDefault();
  };
  document.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") toggle(event);
  });
}
