// A live conversation: what arrives is fetched as the server draws it, what changes is drawn anew.
// @ts-check
import { begin, rowsAfter } from "../talk/pieces.js";
import { seen } from "../talk/seen.js";
import { typing } from "../talk/typing.js";

const NEAR = 160; // pixels above the end count as the end

/** @param {HTMLElement} list @param {AbortSignal} signal */
export function talk(list, signal) {
  const source = list.closest("[data-channel]") ?? document;
  const watch = seen(list, signal);
  let last = Number(list.dataset.last);
  let running = Promise.resolve();
  const isNearEnd = () => document.documentElement.scrollHeight - scrollY - innerHeight < NEAR;
  const toEnd = () => document.getElementById("end")?.scrollIntoView({ block: "end" });

  async function fetchNew() {
    if (list.dataset.end !== "yes") return; // an old page: its end is not the conversation's
    const follow = isNearEnd();
    const pieces = (await rowsAfter(list, last)) ?? [];
    const mark = list.querySelector("[data-seen]"); // who has seen the newest: the server draws it below the rows
    const newMark = pieces.find((row) => row.matches("[data-seen]"));
    const rows = pieces.filter((row) => row !== newMark && (!row.id.startsWith("message-") || !document.getElementById(row.id)));
    for (const row of rows) {
      last = Math.max(last, Number(row.getAttribute("data-seq")));
      const client = row.getAttribute("data-client-id");
      if (client) list.querySelector(`[data-waiting-for="${client}"]`)?.remove();
      if (mark) mark.before(row);
      else list.append(row);
      begin(row);
    }
    if (newMark) mark?.replaceWith(newMark);
    watch();
    if (rows.length && (follow || rows.some((row) => row.classList.contains("bubble--mine")))) toEnd();
  }

  async function redraw(/** @type {Event} */ event) {
    const { seq } = /** @type {CustomEvent} */ (event).detail.message;
    const name = `message-${seq}`;
    const fresh = document.getElementById(name) && (await rowsAfter(list, seq - 1))?.find((row) => row.id === name);
    if (!fresh) return;
    document.getElementById(name)?.replaceWith(fresh);
    begin(fresh);
  }

  // One after the other: two answers that overtake each other would draw a row twice.
  const next = () => { running = running.then(fetchNew); };
  for (const name of ["realtime:message:new", "realtime:message:read", "realtime:reset", "talk:sent"]) source.addEventListener(name, next, { signal });
  for (const name of ["updated", "deleted"]) source.addEventListener(`realtime:message:${name}`, redraw, { signal });
  typing(source, list.dataset.typing ?? "", signal);
  if (location.hash) return;
  const unread = document.getElementById("unread");
  if (unread) unread.scrollIntoView({ block: "center" });
  else if (!location.search) toEnd();
}
