// Counts down to the deadline of an attempt and hands it in when the time is over. The server's clock decides.
// @ts-check

/** @param {number} seconds */
function written(seconds) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** @param {HTMLElement} clock @param {AbortSignal} signal */
export function countdown(clock, signal) {
  const face = clock.querySelector("[data-clock]");
  const warning = clock.querySelector("[data-warning]");
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById(clock.dataset.form ?? ""));
  const end = performance.now() + Number(clock.dataset.seconds) * 1000;
  const timer = setInterval(tick, 250);
  signal.addEventListener("abort", () => clearInterval(timer));

  function tick() {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    if (face) face.textContent = written(left);
    clock.toggleAttribute("data-late", left <= 60);
    if (warning && left === 60) warning.textContent = clock.dataset.minute ?? "";
    if (left > 0) return;
    clearInterval(timer);
    form?.requestSubmit();
  }
}
