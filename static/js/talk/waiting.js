// Messages that wait in this browser, and how they look until the server has them.
// @ts-check

/** @typedef {{ client_id: string, content: string, reply_to: number | null }} Waiting */

export class WaitingMessages {
  /** @param {string} key @param {Element | null} list */
  constructor(key, list) {
    this.key = key;
    this.list = list;
  }

  /** @returns {Waiting[]} */
  all() {
    return JSON.parse(localStorage.getItem(this.key) ?? "[]");
  }

  /** @param {Waiting} message */
  add(message) {
    this.#keep([...this.all(), message]);
    this.draw(message);
  }

  /** @param {Waiting} message */
  remove(message) {
    this.#keep(this.all().filter((row) => row.client_id !== message.client_id));
  }

  /** @param {Waiting[]} rows */
  #keep(rows) {
    if (rows.length) localStorage.setItem(this.key, JSON.stringify(rows));
    else localStorage.removeItem(this.key);
  }

  /** @param {Waiting} message */
  draw({ client_id, content }) {
    if (!this.list || this.list.querySelector(`[data-waiting-for="${client_id}"], [data-client-id="${client_id}"]`)) return;
    const row = document.createElement("li");
    row.className = "bubble bubble--mine bubble--waiting";
    row.dataset.waitingFor = client_id;
    row.innerHTML = '<div class="bubble__in"><p></p></div><div class="bubble__side small muted" role="status"></div>';
    /** @type {HTMLElement} */ (row.querySelector("p")).textContent = content;
    this.list.append(row);
    row.scrollIntoView({ block: "end" });
  }

  /** @param {Waiting} message @param {string} words @param {boolean} [refused] */
  say(message, words, refused = false) {
    const row = this.list?.querySelector(`[data-waiting-for="${message.client_id}"]`);
    row?.classList.toggle("bubble--refused", refused);
    const side = row?.querySelector(".bubble__side");
    if (side) side.textContent = words;
  }
}
