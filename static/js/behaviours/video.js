// Resumes a video where its student stopped and tells the server what was played; one tab plays at a time.
// @ts-check
import { recordSpans } from "../player/spans.js";

const everyMs = 15_000;
const retryMs = 5_000;
const nearEnd = 3;

/** @param {HTMLVideoElement} video @param {AbortSignal} signal */
export function video(video, signal) {
  const address = video.dataset.save;
  const start = Number(new URLSearchParams(location.search).get("t") ?? video.dataset.position ?? 0);
  if (!address) return;
  const spans = recordSpans(video, signal);
  let saved = Math.floor(start);
  let busy = false;
  /** @type {number | undefined} */
  let timer;

  const resume = () => {
    if (start > 0 && start < video.duration - nearEnd) video.currentTime = start;
  };
  const later = (/** @type {number} */ ms) => {
    clearTimeout(timer);
    timer = window.setTimeout(report, ms);
  };

  async function report(leaving = false) {
    clearTimeout(timer);
    const position = Math.floor(video.currentTime);
    const waiting = spans.waiting().slice(0, 100);
    if ((busy && !leaving) || (!waiting.length && position === saved)) return;
    busy = true;
    const headers = { "Content-Type": "application/json", ...JSON.parse(document.body.dataset.hxHeaders ?? "{}") };
    const body = JSON.stringify({ position_seconds: position, spans: waiting });
    const answer = await fetch(/** @type {string} */ (address), { method: "POST", headers, body, keepalive: true }).catch(() => null);
    busy = false;
    const refused = answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429;
    if (answer?.ok || refused) spans.taken(waiting);
    if (answer?.ok) {
      saved = position;
      show(await answer.json());
    } else if (!refused) later(retryMs);
    if (!video.paused) later(everyMs);
  }

  /** @param {{is_done: boolean, watched_seconds: number}} state */
  function show(state) {
    const box = video.closest("[data-lesson]")?.parentElement?.querySelector("[data-watched]");
    const bar = box?.querySelector("progress");
    if (bar) bar.value = state.watched_seconds;
    box?.querySelectorAll("[data-when]").forEach((piece) => {
      piece.toggleAttribute("hidden", (piece.getAttribute("data-when") === "done") !== state.is_done);
    });
  }

  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) resume();
  else video.addEventListener("loadedmetadata", resume, { signal, once: true });
  const others = new BroadcastChannel("player");
  signal.addEventListener("abort", () => others.close());
  others.addEventListener("message", () => video.pause(), { signal });
  video.addEventListener("play", () => {
    others.postMessage("playing");
    later(everyMs);
  }, { signal });
  for (const event of ["pause", "ended", "seeked"]) video.addEventListener(event, () => void report(), { signal });
  window.addEventListener("online", () => void report(), { signal });
  document.addEventListener("visibilitychange", () => void report(), { signal });
  window.addEventListener("pagehide", () => void report(true), { signal });
}
