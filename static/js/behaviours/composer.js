// Toolbar and keyboard of the text box: Markdown around the selection, Ctrl+Enter sends.
// @ts-check
import { insert } from "../writing/insert.js";

const around = { bold: ["**", "**"], italic: ["*", "*"], code: ["`", "`"], link: ["[", "](https://)"], spoiler: ["||", "||"] };
const before = { quote: "> ", list: "- " };
const keys = { b: "bold", i: "italic", k: "link", e: "code" };

/** @param {HTMLTextAreaElement} area @param {string} tool */
function apply(area, tool) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (tool in before) {
    const mark = before[/** @type {keyof before} */ (tool)];
    // A list or a quote needs an empty line above it.
    const lead = "\n".repeat(start > 0 ? 2 - (value.slice(0, start).match(/\n{0,2}$/)?.[0].length ?? 0) : 0);
    insert(area, lead + chosen.split("\n").map((line) => mark + line).join("\n"));
    return;
  }
  let [open, close] = around[/** @type {keyof around} */ (tool)] ?? ["", ""];
  if (tool === "code" && chosen.includes("\n")) [open, close] = ["```\n", "\n```"];
  insert(area, open + chosen + close);
  // Without a selection the cursor waits between the marks; a link's cursor waits in its address.
  const cursor = tool === "link" && chosen ? start + open.length + chosen.length + 2 : start + open.length;
  const length = tool === "link" && chosen ? "https://".length : chosen.length;
  area.setSelectionRange(cursor, cursor + length);
}

/** @param {HTMLElement} box @param {AbortSignal} signal */
export function composer(box, signal) {
  const area = box.querySelector("textarea");
  if (!area) return;
  box.addEventListener("click", (event) => {
    const tool = /** @type {Element} */ (event.target).closest("[data-tool]");
    if (tool) apply(area, tool.getAttribute("data-tool") ?? "");
  }, { signal });
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const tool = keys[/** @type {keyof keys} */ (event.key.toLowerCase())];
    if (event.key === "Enter") area.form?.requestSubmit();
    else if (tool && !event.shiftKey) apply(area, tool);
    else return;
    event.preventDefault();
  }, { signal });
}
