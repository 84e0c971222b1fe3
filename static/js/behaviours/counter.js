// Shows how long the text is once four fifths of the allowed length are used.
// @ts-check

/** @param {HTMLTextAreaElement} area @param {AbortSignal} signal */
export function counter(area, signal) {
  const most = Number(area.dataset.max ?? area.maxLength);
  const out = area.closest("form")?.querySelector("[data-counter]");
  if (!out || !(most > 0)) return;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const show = () => {
    const used = area.value.length;
    out.textContent = used > most * 0.8 ? `${number.format(used)} / ${number.format(most)}` : "";
    out.toggleAttribute("data-over", used > most);
  };
  area.addEventListener("input", show, { signal });
  show();
}
