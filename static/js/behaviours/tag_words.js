// Completes the last of several tags that are separated by commas.
// @ts-check
import { listbox } from "../writing/listbox.js";
import { suggest } from "../writing/suggest.js";

const pause = 150; // ms

/** @param {HTMLInputElement} field @param {AbortSignal} signal */
export function tagWords(field, signal) {
  const last = () => field.value.split(",").pop()?.trim().replace(/^#/, "") ?? "";
  const { show, close } = listbox(field, field.labels?.[0]?.textContent?.trim() ?? "", (value) => {
    const words = field.value.split(",").slice(0, -1).map((word) => word.trim());
    field.value = `${[...words, value].join(", ")}, `;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }, signal);
  let asked = 0;
  /** @type {number | undefined} */
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    asked += 1;
    const [turn, q] = [asked, last()];
    if (!q) return close();
    timer = window.setTimeout(async () => {
      const rows = await suggest("#", q);
      if (turn === asked && document.activeElement === field) show(rows);
    }, pause);
  }, { signal });
}
