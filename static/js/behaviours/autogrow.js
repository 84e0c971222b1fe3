// A text box as tall as its text, where CSS `field-sizing` is not known yet.
// @ts-check

/** @param {HTMLTextAreaElement} area @param {AbortSignal} signal */
export function autogrow(area, signal) {
  if (CSS.supports("field-sizing", "content")) return;
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  area.addEventListener("input", grow, { signal });
  grow();
}
