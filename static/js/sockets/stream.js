// Live pages: <div data-channel="topic.5" data-cursor="17"> hears its channel as DOM events `realtime:<type>`.
// The detail of an event is its data, with `channel` and `seq`. A person's own channel speaks on `document`.
// `realtime:reset` means: too much was missed, fetch this anew.
// @ts-check
import { Connection } from "./connection.js";
import { Cursors } from "./cursors.js";
import { Polling } from "./polling.js";
import { listenToPages } from "./saying.js";

const VISITOR_SECONDS = 20;
const NO_SOCKET_SECONDS = 15;
const GIVE_UP_AFTER = 3; // failures; then it is polled as well, until a socket opens again

/** @type {Map<string, Set<Element>>} */
const listeners = new Map();
const cursors = new Cursors();
const polling = new Polling(cursors, replay);
const user = document.body.dataset.user;
const connection = user ? new Connection({ hear, lost }) : null;
listenToPages(connection);

/** Listens on behalf of every `[data-channel]` in `root`. Calling it again for the same element changes nothing.
 * @param {Element} root */
export function mountStreams(root) {
  const elements = [...root.querySelectorAll("[data-channel]")];
  if (root.matches("[data-channel]")) elements.push(root);
  for (const element of elements) {
    const channel = element.getAttribute("data-channel") ?? "";
    const known = listeners.has(channel);
    listeners.set(channel, (listeners.get(channel) ?? new Set()).add(element));
    const cursor = element.getAttribute("data-cursor");
    if (cursor) cursors.advance(channel, Number(cursor));
    if (!known) connection?.say("sub", { channels: [channel], cursors: cursorsOf([channel]) });
  }
  if (connection) connection.open();
  else if (listeners.size) polling.start(VISITOR_SECONDS);
}

/** @param {string[]} channels */
function cursorsOf(channels) {
  return Object.fromEntries(Object.entries(cursors.toJSON()).filter(([channel]) => channels.includes(channel)));
}

/** @param {any} frame */
function hear(frame) {
  if (frame.t === "hello") {
    polling.stop();
    const channels = [...listeners.keys(), ...Object.keys(frame.d.heads)];
    connection?.say("sub", { channels, cursors: cursorsOf(channels) });
    for (const [channel, head] of Object.entries(frame.d.heads)) if (!cursors.has(channel)) cursors.advance(channel, head);
  } else if (frame.t === "ack") replay({ events: [], resets: [], heads: {}, ...frame.d });
  else if (frame.t === "reset") replay({ events: [], resets: [frame.ch], heads: { [frame.ch]: frame.d.head } });
  else if (frame.ch && cursors.judge(frame) === "new") dispatch(frame);
  else if (frame.ch && cursors.judge(frame) === "gap") connection?.say("sync", { cursors });
}

/** @param {import("./polling.js").SyncAnswer} answer */
function replay({ events, resets, heads, denied = [] }) {
  for (const event of events) if (cursors.judge(event) === "new") dispatch(event);
  for (const channel of resets) {
    cursors.forget(channel);
    dispatch({ t: "reset", ch: channel, d: {} });
  }
  for (const [channel, head] of Object.entries(heads)) if (!cursors.has(channel)) cursors.advance(channel, head);
  for (const channel of denied) cursors.forget(channel);
}

/** @param {number} failures */
function lost(failures) {
  if (failures >= GIVE_UP_AFTER) polling.start(NO_SOCKET_SECONDS);
}

/** @param {import("./cursors.js").ChannelEvent} event */
function dispatch({ t, ch, seq, d }) {
  const elements = [...(listeners.get(ch) ?? [])].filter((element) => element.isConnected);
  const detail = { ...d, channel: ch, seq };
  const targets = elements.length || !ch.startsWith("user.") ? elements : [document];
  for (const target of targets) target.dispatchEvent(new CustomEvent(`realtime:${t}`, { detail, bubbles: true }));
  if (elements.length) listeners.set(ch, new Set(elements)); // forget what htmx has replaced
}
