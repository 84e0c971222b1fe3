// Asks `GET /api/sync` where there is no socket: visitors, and networks that let none through.
// @ts-check

/** @typedef {import("./cursors.js").Cursors} Cursors */
/** @typedef {{ events: any[], resets: string[], heads: Record<string, number>, denied?: string[] }} SyncAnswer */

export class Polling {
  #timer = 0;

  /** @param {Cursors} cursors @param {(answer: SyncAnswer) => void} hear */
  constructor(cursors, hear) {
    this.cursors = cursors;
    this.hear = hear;
  }

  /** @param {number} seconds - between two questions; half as often while nobody looks */
  start(seconds) {
    if (this.#timer) return;
    const wait = () => {
      this.#timer = setTimeout(tick, 1000 * seconds * (document.hidden ? 2 : 1));
    };
    const tick = async () => {
      await this.ask();
      if (this.#timer) wait();
    };
    wait();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  async ask() {
    const cursors = JSON.stringify(this.cursors);
    if (cursors === "{}") return;
    try {
      const response = await fetch(`/api/sync?cursors=${encodeURIComponent(cursors)}`);
      if (response.ok) this.hear(await response.json());
    } catch {
      // offline: the next question will do
    }
  }
}
