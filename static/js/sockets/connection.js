// One socket a tab: opens, beats every 25 s, and comes back after every loss with full jitter.
// @ts-check

const FINAL = [4400, 4401, 4403, 4406]; // coming back would not help
const REPLACED = 4409; // too many tabs: this one waits until somebody looks at it
const HEARTBEAT = 25_000;
const LONGEST_WAIT = 30_000;

export class Connection {
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #retry = 0;
  #beat = 0;
  #silent = false; // nothing was heard since the last beat
  #stopped = false;

  /** @param {{ hear: (frame: any) => void, lost: (failures: number) => void }} hooks */
  constructor(hooks) {
    this.hooks = hooks;
    addEventListener("online", () => this.open());
    addEventListener("pageshow", () => this.open());
    addEventListener("pagehide", () => this.#socket?.close()); // or the page could not be kept for "back"
    document.addEventListener("visibilitychange", () => document.hidden || this.open());
  }

  open() {
    if (this.#socket || this.#stopped) return;
    clearTimeout(this.#retry);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/`, "community.v1");
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => this.#lose(socket, code);
  }

  /** @param {string} t @param {Record<string, any>} d */
  say(t, d) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ t, d }));
  }

  /** @param {any} frame */
  #hear(frame) {
    this.#silent = false;
    if (frame.t === "hello") {
      this.#failures = 0;
      clearInterval(this.#beat);
      this.#beat = setInterval(() => this.#ping(), HEARTBEAT);
    }
    this.hooks.hear(frame);
  }

  #ping() {
    if (this.#silent && this.#socket) {
      const dead = this.#socket; // its own close may take minutes to come
      dead.close();
      this.#lose(dead, 1006);
    } else {
      this.#silent = true;
      this.say("ping", {});
    }
  }

  /** @param {WebSocket} socket @param {number} code */
  #lose(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#silent = false;
    clearInterval(this.#beat);
    this.#stopped = FINAL.includes(code);
    this.#failures += 1;
    if (this.#stopped || code === REPLACED) return;
    this.hooks.lost(this.#failures);
    const longest = Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures);
    this.#retry = setTimeout(() => this.open(), 500 + Math.random() * longest);
  }
}
