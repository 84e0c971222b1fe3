// Keeps what is typed: on the server every few seconds, in this browser until the server has it.
// Every save carries a number; the server refuses one that is older than what it has (409) and says what that is.
// @ts-check
import { dropCopy, keyOf, noteSent, readCopy, writeCopy } from "../drafts/browser.js";
import { choice } from "../drafts/choice.js";
import { hasWords, read, write } from "../drafts/fields.js";
import { send } from "../writing/request.js";

const first = 800; // ms after a pause
const pace = 3000;

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
export function draft(form, signal) {
  const key = keyOf(form);
  const { draftUrl: url, draftSaved, draftRestored, draftHere } = form.dataset;
  const note = form.querySelector("[data-draft-note]");
  const number = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=draft_seq]"));
  let seq = Number(form.dataset.draftSeq ?? 0);
  let state = { dirty: false, busy: false, stopped: false, last: 0 };
  /** @type {number | undefined} */
  let timer;
  const say = (/** @type {string | undefined} */ text) => note?.replaceChildren(text ?? "");
  const copy = () => (hasWords(read(form)) ? writeCopy(key, seq + 1, read(form)) : dropCopy(key));
  const later = (/** @type {number} */ wait) => (clearTimeout(timer), (timer = window.setTimeout(save, wait)));
  const refused = (/** @type {any} */ stored) => {
    seq = stored.seq;
    if (!stored.data.content || stored.data.content === read(form).content) return later(0); // sent, or the same words
    state.stopped = true;
    choice(form, () => write(form, stored.data, false), () => ((state.stopped = false), later(0)));
  };
  const save = async (/** @type {RequestInit} */ more = {}) => {
    if (!url || state.stopped || state.busy || signal.aborted) return;
    state = { ...state, dirty: false, busy: true, last: Date.now() };
    seq += 1;
    if (number) number.value = String(seq);
    const answer = await send(url, "PUT", { seq, data: read(form) }, more).catch(() => null);
    state.busy = false;
    if (answer?.ok) {
      if (!state.dirty) dropCopy(key);
      say(hasWords(read(form)) ? draftSaved : "");
    } else if (answer?.status === 409 && !signal.aborted) {
      const { draft: stored } = await answer.json().catch(() => ({}));
      if (stored && !state.stopped) refused(stored);
    } else {
      say(draftHere);
      if (!answer || answer.status === 429 || answer.status >= 500) later(5 * pace);
    }
    if (state.dirty) later(pace);
  };
  const mine = readCopy(key);
  if (mine && (!url || mine.seq > seq)) {
    if (write(form, mine.values, !url)) say(draftRestored);
    if (url) later(first);
  } else if (mine) dropCopy(key);
  form.addEventListener("input", () => {
    state.dirty = true;
    if (url && !state.stopped) later(Math.max(first, state.last + pace - Date.now()));
    copy();
    if (!url) say(hasWords(read(form)) ? draftSaved : "");
  }, { signal });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    state.stopped = true;
    if (/** @type {HTMLElement | null} */ (event.submitter)?.matches("[data-draft-discard]")) return dropCopy(key);
    copy();
    if (number) number.value = String(seq + 1); // that of the copy: what the server answers with is newer
    noteSent(key);
  }, { signal });
  // Before the answer replaces the form: the new one must not find the text that was just taken.
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = /** @type {CustomEvent} */ (event).detail;
    if (elt === form && xhr.status < 400) dropCopy(key);
  }, { signal });
  form.addEventListener("htmx:afterRequest", () => (state.stopped = false), { signal });
  window.addEventListener("pageshow", (event) => event.persisted && (state.stopped = false), { signal });
  window.addEventListener("pagehide", () => state.dirty && save({ keepalive: true }), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
}
