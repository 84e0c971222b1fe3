// Keeps the number on the envelope true: a message of one's own channel says it absolutely, or it is asked for.
// @ts-check

/** @param {HTMLElement} envelope @param {AbortSignal} signal */
export function envelope(envelope, signal) {
  const number = envelope.querySelector("[data-number]");
  const show = (/** @type {unknown} */ unread) => {
    if (number && Number.isInteger(unread)) number.textContent = Number(unread) > 99 ? "99+" : unread ? String(unread) : "";
  };
  const ask = async () => {
    const answer = await fetch("/api/messages/unread-count", { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) show((await answer.json()).unread_count);
  };
  document.addEventListener("realtime:message:read", (event) => show(/** @type {CustomEvent} */ (event).detail.unread_count), { signal });
  document.addEventListener("realtime:message:waiting", (event) => show(/** @type {CustomEvent} */ (event).detail.unread_count), { signal });
  document.addEventListener("realtime:reset", (event) => event.target === document && ask(), { signal });
}
