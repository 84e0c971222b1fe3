// Completes @names and #tags in a text box: the people of the topic first, then everybody; tags that are used most.
// @ts-check
import { insert } from "../writing/insert.js";
import { listbox } from "../writing/listbox.js";
import { suggest } from "../writing/suggest.js";

const word = /(?:^|[\s([>*_])([@#])([\p{L}\p{N}_.+-]{0,24})$/u;
const pause = 150; // ms

/** @param {HTMLElement} box @param {AbortSignal} signal */
export function completion(box, signal) {
  const area = box.querySelector("textarea");
  if (!area) return;
  const before = () => area.value.slice(Math.max(0, area.selectionStart - 40), area.selectionStart);
  const { show, close } = listbox(area, `${box.dataset.names}, ${box.dataset.tags}`, (value) => {
    const found = word.exec(before());
    if (!found) return;
    area.setSelectionRange(area.selectionStart - found[2].length, area.selectionStart);
    insert(area, `${value} `);
  }, signal);
  let asked = 0;
  /** @type {number | undefined} */
  let timer;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    const found = area.selectionStart === area.selectionEnd && word.exec(before());
    asked += 1;
    if (!found || (found[1] === "#" && !found[2])) return close();
    const turn = asked;
    timer = window.setTimeout(async () => {
      const rows = await suggest(found[1], found[2], box.dataset.topic);
      if (turn === asked && document.activeElement === area) show(rows);
    }, pause);
  }, { signal });
}
