// What a page says over the socket itself, such as who types: at most once in three seconds and channel.
// @ts-check
const PACE = 3_000;

/** @param {import("./connection.js").Connection | null} connection */
export function listenToPages(connection) {
  /** @type {Map<string, number>} */
  const said = new Map();
  document.addEventListener("realtime:say", (event) => {
    const { t, ...d } = /** @type {CustomEvent} */ (event).detail;
    if (d.state === "start" && Date.now() - (said.get(d.channel) ?? 0) < PACE) return;
    said.set(d.channel, d.state === "start" ? Date.now() : 0);
    connection?.say(t, d);
  });
}
