// Changes a text box through the browser's own editing, so that Ctrl+Z takes it back.
// @ts-check

/** Replace the selection. @param {HTMLTextAreaElement | HTMLInputElement} area @param {string} text */
export function insert(area, text) {
  area.focus();
  if (text && document.execCommand("insertText", false, text)) return;
  if (!text && document.execCommand("delete")) return;
  area.setRangeText(text, area.selectionStart ?? 0, area.selectionEnd ?? 0, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Put `text` on lines of its own at the cursor, or at the end. @param {HTMLTextAreaElement} area @param {string} text */
export function insertBlock(area, text) {
  const before = area.value.slice(0, area.selectionStart);
  const lines = before.match(/\n{0,2}$/)?.[0].length ?? 0;
  insert(area, (before.trim() ? "\n".repeat(2 - lines) : "") + text);
}
