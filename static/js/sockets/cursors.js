// Where this tab stands in each channel: what it has heard, what is old news, what is missing.
// @ts-check

/** @typedef {{ t: string, ch: string, seq?: number, id?: string, ts?: string, d: Record<string, any> }} ChannelEvent */

export class Cursors {
  /** @type {Map<string, number>} */
  #seen = new Map();

  /** @param {string} channel @param {number} seq - never moves back: a page rendered later knows more */
  advance(channel, seq) {
    this.#seen.set(channel, Math.max(seq, this.#seen.get(channel) ?? 0));
  }

  /** @param {string} channel */
  has(channel) {
    return this.#seen.has(channel);
  }

  /** @param {string} channel */
  forget(channel) {
    this.#seen.delete(channel);
  }

  /** @param {ChannelEvent} event @returns {"new" | "old" | "gap"} */
  judge({ ch, seq }) {
    if (seq === undefined) return "new"; // typing and the like are not counted
    const seen = this.#seen.get(ch);
    if (seen !== undefined && seq <= seen) return "old";
    if (seen !== undefined && seq > seen + 1) return "gap";
    this.#seen.set(ch, seq);
    return "new";
  }

  toJSON() {
    return Object.fromEntries(this.#seen);
  }
}
