// Keeps the green dots true while somebody looks: <span data-online="5" hidden>.
// @ts-check
const EVERY = 30_000; // milliseconds

/** @param {HTMLElement} place @param {AbortSignal} signal */
export function presence(place, signal) {
  async function ask() {
    if (document.hidden || !place.querySelector("[data-online]")) return;
    const answer = await fetch("/api/messages/presence", { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const { online } = await answer.json();
    for (const dot of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-online]"))) {
      dot.hidden = !online.includes(Number(dot.dataset.online));
    }
  }
  const timer = setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask, { signal });
  signal.addEventListener("abort", () => clearInterval(timer));
}
