// The fields of a form that a draft consists of.
// @ts-check
import { insert } from "../writing/insert.js";

const kept = ["title", "content", "tags", "category", "kind", "reply_to", "course", "lesson", "lesson_second", "reason", "revision", "base"];
const typed = ["title", "content", "tags", "reason"];

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
export function read(form) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (kept.includes(name) && typeof value === "string" && value) values[name] = value;
  }
  return values;
}

/** @param {Record<string, string>} values */
export function hasWords(values) {
  return ["title", "content"].some((name) => values[name]?.trim());
}

/** @param {HTMLFormElement} form @param {Record<string, string>} values @param {boolean} onlyEmpty  @returns {boolean} whether any changed */
export function write(form, values, onlyEmpty) {
  let changed = false;
  for (const name of Object.keys(values)) {
    const field = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
    if (!field || !("value" in field) || field.value === values[name]) continue;
    if (onlyEmpty && (field.value || !typed.includes(name))) continue;
    changed = true;
    if (field.tagName === "TEXTAREA" && field.value) {
      field.select(); // so that Ctrl+Z brings back what stood there
      insert(field, values[name]);
      continue;
    }
    field.value = values[name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return changed;
}
