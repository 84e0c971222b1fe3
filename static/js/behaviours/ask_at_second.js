// Adds the second that the lesson's video stands at to the link that asks about it.
// @ts-check

/** @param {HTMLAnchorElement} element @param {AbortSignal} signal */
export function askAtSecond(element, signal) {
  element.addEventListener("click", () => {
    const video = /** @type {HTMLVideoElement | null} */ (document.querySelector("video"));
    const second = Math.floor(video?.currentTime ?? 0);
    const address = new URL(element.href);
    if (second > 0) address.searchParams.set("second", String(second));
    else address.searchParams.delete("second");
    element.href = address.href;
  }, { signal });
}
