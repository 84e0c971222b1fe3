// Pictures by paste, drop and button: uploaded at once, shown by a line of Markdown whose words wait to be replaced.
// @ts-check
import { insertBlock } from "../writing/insert.js";
import { send } from "../writing/request.js";
import { showToast } from "./toast.js";

const kinds = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/** @param {HTMLElement} box @param {AbortSignal} signal */
export function pictures(box, signal) {
  const area = box.querySelector("textarea");
  const { picturesUrl: url, pictureField: field = "picture", pictureAlt: words = "", pictureWait: wait = "" } = box.dataset;
  if (!area || !url) return;
  const replace = (/** @type {string} */ old, /** @type {string} */ text) => {
    const at = area.value.indexOf(old);
    if (at < 0) return -1;
    area.setRangeText(text, at, at + old.length, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    return at;
  };
  const upload = async (/** @type {File} */ file) => {
    const mark = `![${wait} ${file.name.replace(/[\][!]/g, "")}…]()`;
    insertBlock(area, mark);
    const form = new FormData();
    form.append(field, file);
    const answer = await send(url, "POST", form).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (!answer?.ok) {
      replace(mark, "");
      return showToast(said?.detail ?? document.body.dataset.failed ?? "", "error");
    }
    const at = replace(mark, `![${words}](${said.url})`);
    // What it shows is for the writer to say: the words are selected, typing replaces them.
    if (at >= 0 && document.activeElement === area) area.setSelectionRange(at + 2, at + 2 + words.length);
  };
  const take = async (/** @type {Event} */ event, /** @type {DataTransfer | null} */ data) => {
    const files = [...(data?.files ?? [])].filter((file) => kinds.includes(file.type));
    if (!files.length) return;
    event.preventDefault();
    box.removeAttribute("data-dropping");
    for (const file of files) await upload(file);
  };
  area.addEventListener("paste", (event) => {
    // A table copied from a spreadsheet is text and a picture of it: the text is meant.
    if (!event.clipboardData?.types.includes("text/plain")) take(event, event.clipboardData);
  }, { signal });
  area.addEventListener("drop", (event) => take(event, event.dataTransfer), { signal });
  area.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    box.toggleAttribute("data-dropping", true);
  }, { signal });
  area.addEventListener("dragleave", () => box.removeAttribute("data-dropping"), { signal });
  box.querySelector("[data-picture-button]")?.addEventListener("click", () => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", accept: kinds.join(","), multiple: true });
    input.addEventListener("change", async () => {
      for (const file of input.files ?? []) await upload(file);
    });
    input.click();
  }, { signal });
}
