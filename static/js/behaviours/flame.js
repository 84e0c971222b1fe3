// Lights the flame in the header when the first activity of the day arrives.
// @ts-check

/** @param {HTMLElement} link @param {AbortSignal} signal */
export function flame(link, signal) {
  const number = link.querySelector("[data-number]");
  document.addEventListener("realtime:streak:updated", (event) => {
    const { current_streak: days } = /** @type {CustomEvent} */ (event).detail;
    if (!number || !Number.isInteger(days)) return;
    number.textContent = String(days);
    link.classList.remove("streak-link--off");
  }, { signal });
}
