// Keeps the number on the bell true: the server sends the absolute count with each notification.
// @ts-check

/** @param {HTMLElement} bell @param {AbortSignal} signal */
export function bell(bell, signal) {
  const number = bell.querySelector("[data-number]");
  document.addEventListener("realtime:notification:new", (event) => {
    const { unread_count: unread } = /** @type {CustomEvent} */ (event).detail;
    if (number && Number.isInteger(unread)) number.textContent = unread > 99 ? "99+" : unread ? String(unread) : "";
  }, { signal });
}
