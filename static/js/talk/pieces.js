// Rows of a conversation as the server draws them.
// @ts-check

/** Returns the rows after a number, null without an answer. @param {HTMLElement} list @param {number} after */
export async function rowsAfter(list, after) {
  const answer = await fetch(`${list.dataset.piece}?after=${after}`).catch(() => null);
  if (!answer?.ok) return null;
  const piece = document.createElement("template");
  piece.innerHTML = await answer.text();
  return [...piece.content.children];
}

/** Starts the behaviours of a new row. @param {Element} row */
export function begin(row) {
  row.dispatchEvent(new Event("htmx:load", { bubbles: true }));
}
