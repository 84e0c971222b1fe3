// Resumes a video where its student stopped, and tells the server where that is.
// @ts-check

const everySeconds = 10;
const nearEnd = 3;

/** @param {HTMLVideoElement} video @param {AbortSignal} signal */
export function video(video, signal) {
  const address = video.dataset.save;
  const start = Number(video.dataset.position ?? 0);
  if (!address) return;
  let saved = start;

  const resume = () => {
    if (start > 0 && start < video.duration - nearEnd) video.currentTime = start;
  };
  const save = () => {
    const position = Math.floor(video.currentTime);
    if (position === saved) return;
    saved = position;
    const headers = { "Content-Type": "application/json", ...JSON.parse(document.body.dataset.hxHeaders ?? "{}") };
    // A lost position is no news: the next one follows in seconds.
    fetch(address, { method: "POST", headers, body: JSON.stringify({ position_seconds: position }), keepalive: true }).catch(() => {});
  };

  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) resume();
  else video.addEventListener("loadedmetadata", resume, { signal, once: true });
  video.addEventListener("timeupdate", () => {
    if (!video.seeking && Math.abs(video.currentTime - saved) >= everySeconds) save();
  }, { signal });
  video.addEventListener("pause", save, { signal });
  video.addEventListener("ended", save, { signal });
  window.addEventListener("pagehide", () => {
    if (video.played.length) save();
  }, { signal });
}
