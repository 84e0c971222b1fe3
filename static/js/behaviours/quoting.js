// Select some words of a post: a button quotes just them, with a link to the post, in the reply below.
// @ts-check
import { insertBlock } from "../writing/insert.js";

/** @param {HTMLButtonElement} button @param {AbortSignal} signal */
export function quoting(button, signal) {
  const area = () => /** @type {HTMLTextAreaElement | null} */ (document.querySelector("#reply textarea"));
  const selected = () => {
    const selection = getSelection();
    const text = selection?.toString().trim() ?? "";
    const place = (/** @type {Node | null | undefined} */ node) => (node instanceof Element ? node : node?.parentElement)?.closest(".prose");
    const prose = place(selection?.anchorNode);
    const post = /** @type {HTMLElement | null | undefined} */ (prose?.closest("[data-quote]"));
    return text && post && prose === place(selection?.focusNode) ? { text, post, range: selection?.getRangeAt(0) } : null;
  };
  const place = () => {
    const now = area() && selected();
    button.hidden = !now;
    if (!now?.range) return;
    const box = now.range.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left + box.width / 2 - button.offsetWidth / 2), innerWidth - button.offsetWidth - 8);
    button.style.translate = `${left + scrollX}px ${Math.max(scrollY + 8, box.bottom + scrollY + 8)}px`;
  };
  document.addEventListener("selectionchange", place, { signal });
  button.addEventListener("pointerdown", (event) => event.preventDefault(), { signal }); // the selection stays
  button.addEventListener("click", () => {
    const [now, field] = [selected(), area()];
    if (!now || !field) return;
    const lines = now.text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
    field.setSelectionRange(field.value.length, field.value.length);
    insertBlock(field, `> [@${now.post.dataset.quote}](${now.post.dataset.link}):\n>\n${lines}\n\n`);
    getSelection()?.removeAllRanges();
    field.scrollIntoView({ block: "center" });
  }, { signal });
}
