// Speed and keys of the video above it: J and L jump, K plays, < and > change the speed, C captions, F full screen.
// @ts-check

const key = "player-rate";
const jump = 10;

/** @param {HTMLElement} controls @param {AbortSignal} signal */
export function player(controls, signal) {
  const video = controls.parentElement?.querySelector("video");
  const speed = controls.querySelector("select");
  if (!video || !speed) return;
  const rates = [...speed.options].map((option) => Number(option.value));

  const setRate = (/** @type {number} */ rate) => {
    video.playbackRate = rate;
    speed.value = String(rate);
    try {
      localStorage.setItem(key, String(rate));
    } catch {} // storage may be forbidden
  };
  const step = (/** @type {number} */ by) => {
    const place = rates.indexOf(video.playbackRate);
    setRate(rates[Math.min(rates.length - 1, Math.max(0, place + by))] ?? 1);
  };
  const captions = () => {
    const track = video.textTracks[0];
    if (track) track.mode = track.mode === "showing" ? "hidden" : "showing";
  };
  /** @type {Record<string, () => void>} */
  const keys = {
    k: () => void (video.paused ? video.play().catch(() => {}) : video.pause()), // a pause may overtake it
    j: () => (video.currentTime = Math.max(0, video.currentTime - jump)),
    l: () => (video.currentTime = Math.min(video.duration || 0, video.currentTime + jump)),
    m: () => (video.muted = !video.muted),
    f: () => void (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen()),
    c: captions,
    "<": () => step(-1),
    ">": () => step(1),
  };

  try {
    const kept = Number(localStorage.getItem(key));
    if (rates.includes(kept)) setRate(kept);
  } catch {} // storage may be forbidden
  speed.addEventListener("change", () => setRate(Number(speed.value)), { signal });
  video.addEventListener("ratechange", () => {
    if (rates.includes(video.playbackRate)) speed.value = String(video.playbackRate);
  }, { signal });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [contenteditable]")) return;
    const action = keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  }, { signal });
}
