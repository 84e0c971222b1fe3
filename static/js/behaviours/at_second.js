// Sends along with a form at which second the lesson's video stands.
// @ts-check

/** @param {HTMLFormElement} element @param {AbortSignal} signal */
export function atSecond(element, signal) {
  const field = /** @type {HTMLInputElement} */ (element.elements.namedItem("at_seconds"));
  const note = () => {
    const video = /** @type {HTMLVideoElement | null} */ (document.querySelector("video"));
    field.value = String(Math.floor(video?.currentTime ?? 0));
  };
  // Before htmx reads the form: it listens for the submit as well.
  element.addEventListener("click", note, { signal, capture: true });
  element.addEventListener("submit", note, { signal, capture: true });
}
