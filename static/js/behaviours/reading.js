// Counts the seconds an article is really on screen, and lets "done" wait until it can have been read at all.
// @ts-check

const everySeconds = 30;
const idleMs = 300_000;

/** @param {HTMLElement} article @param {AbortSignal} signal */
export function reading(article, signal) {
  const address = article.dataset.save ?? "";
  const needed = Number(article.dataset.needed);
  const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-done]"));
  let seconds = 0;
  let reported = 0;
  let active = performance.now();

  const report = () => {
    const fresh = Math.floor(seconds - reported);
    if (fresh < 1) return;
    reported += fresh;
    const headers = { "Content-Type": "application/json", ...JSON.parse(document.body.dataset.hxHeaders ?? "{}") };
    // A lost report is a few seconds of reading; the lesson is done by its button.
    fetch(address, { method: "POST", headers, body: JSON.stringify({ read_seconds: fresh }), keepalive: true }).catch(() => {});
  };
  const tick = () => {
    if (document.visibilityState !== "visible" || performance.now() - active > idleMs) return;
    seconds += 1;
    if (seconds >= needed) button?.removeAttribute("disabled");
    if (seconds === needed || seconds - reported >= everySeconds) report();
  };

  if (seconds < needed) button?.setAttribute("disabled", "");
  const timer = setInterval(tick, 1000);
  signal.addEventListener("abort", () => clearInterval(timer));
  for (const event of ["pointermove", "keydown", "scroll", "touchstart"]) {
    window.addEventListener(event, () => (active = performance.now()), { signal, passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") report();
  }, { signal });
}
