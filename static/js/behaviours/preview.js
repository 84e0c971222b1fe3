// Shows the text as it will look: the server renders it, so preview and post cannot differ.
// @ts-check

/** @param {HTMLElement} box @param {AbortSignal} signal */
export function preview(box, signal) {
  const button = box.querySelector("[data-preview-button]");
  const pane = /** @type {HTMLElement | null} */ (box.querySelector("[data-preview-pane]"));
  const area = box.querySelector("textarea");
  const address = box.dataset.previewUrl;
  if (!button || !pane || !area || !address) return;
  const show = (/** @type {boolean} */ on) => {
    button.setAttribute("aria-pressed", String(on));
    pane.hidden = !on;
    area.hidden = on;
    if (!on) area.focus();
  };
  button.addEventListener("click", async () => {
    if (!pane.hidden) return show(false);
    pane.replaceChildren();
    await window["htmx"].ajax("POST", address, { source: pane, target: pane, swap: "innerHTML", values: { content: area.value } });
    if (pane.firstElementChild) show(true);
  }, { signal });
}
