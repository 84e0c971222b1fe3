// Keeps the number on the bell true: the server sends the absolute count with each notification.
// After a reset (too much was missed) it is asked for.
// @ts-check

/** @param {HTMLElement} bell @param {AbortSignal} signal */
export function bell(bell, signal) {
  const number = bell.querySelector("[data-number]");
  const show = (/** @type {unknown} */ unread) => {
    if (number && Number.isInteger(unread)) number.textContent = Number(unread) > 99 ? "99+" : unread ? String(unread) : "";
  };
  document.addEventListener("realtime:notification:new", (event) => {
    show(/** @type {CustomEvent} */ (event).detail.unread_count);
  }, { signal });
  document.addEventListener("realtime:reset", async (event) => {
    if (event.target !== document) return; // that of a page's channel
    const answer = await fetch("/api/auth/me", { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) show((await answer.json()).unread?.notifications);
  }, { signal });
}
