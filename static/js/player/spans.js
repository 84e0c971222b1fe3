// Notes which stretches of a video really played in front of a person: on screen, without a jump.
// @ts-check

const slackSeconds = .75; // between two looks at the clock a video may run ahead by this much

/** @typedef {{id: string, from: number, to: number, rate: number, endedAt: number}} Span */

/** @param {HTMLVideoElement} video @param {AbortSignal} signal */
export function recordSpans(video, signal) {
  /** @type {Map<string, Span>} */
  const spans = new Map();
  /** @type {Span | null} */
  let current = null;

  const isSeen = () => document.visibilityState === "visible" && !video.seeking && !video.paused;
  const begin = () => {
    const id = crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    current = { id, from: video.currentTime, to: video.currentTime, rate: video.playbackRate, endedAt: performance.now() };
    spans.set(id, current);
  };
  /** Take the time since the last look as played, unless the place has jumped. */
  const extend = () => {
    if (!current) return;
    const grown = video.currentTime - current.to;
    const passed = (performance.now() - current.endedAt) / 1000;
    if (grown < 0 || grown > passed * current.rate + slackSeconds) return close();
    current.to = video.currentTime;
    current.endedAt = performance.now();
  };
  const close = () => {
    if (current && current.to - current.from < .1) spans.delete(current.id);
    current = null;
  };
  const look = () => {
    extend();
    if (!isSeen()) close();
    else if (!current) begin();
  };
  const stop = () => {
    extend();
    close();
  };

  video.addEventListener("timeupdate", look, { signal });
  video.addEventListener("playing", look, { signal });
  video.addEventListener("seeking", close, { signal });
  for (const event of ["pause", "ended", "ratechange", "waiting"]) video.addEventListener(event, stop, { signal });
  document.addEventListener("visibilitychange", stop, { signal });

  return {
    /** What has not been taken by the server yet, with its age, oldest first. */
    waiting() {
      extend();
      const now = performance.now();
      return [...spans.values()].filter((span) => span.to > span.from).map((span) => ({
        id: span.id, from_seconds: span.from, to_seconds: span.to, rate: span.rate,
        age_seconds: Math.max(0, (now - span.endedAt) / 1000),
      }));
    },
    /** The server has these: forget what will not grow any more. @param {{id: string, to_seconds: number}[]} taken */
    taken(taken) {
      for (const { id, to_seconds: to } of taken) {
        const span = spans.get(id);
        if (span && span !== current && span.to === to) spans.delete(id);
      }
    },
  };
}
