// Suggestions below a search box: an editable combobox with a listbox (ARIA 1.2). The box is a plain form without it.
// @ts-check

const delay = 180;
let count = 0;

/** @param {HTMLElement} box  holds the input; data-suggestions-url answers options @param {AbortSignal} signal */
export function suggestions(box, signal) {
  const input = /** @type {HTMLInputElement | null} */ (box.querySelector("input[type=search]"));
  const address = box.dataset.suggestionsUrl;
  if (!input || !address) return;
  const list = document.createElement("div");
  Object.assign(list, { id: `suggestions-${++count}`, className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  box.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  let active = -1;
  let timer = 0;
  let asking = new AbortController();
  const options = () => /** @type {HTMLAnchorElement[]} */ ([...list.querySelectorAll("[role=option]")]);

  const open = (/** @type {boolean} */ on) => {
    list.hidden = !on;
    input.setAttribute("aria-expanded", String(on));
    choose(-1);
  };
  const choose = (/** @type {number} */ place) => {
    active = place;
    input.removeAttribute("aria-activedescendant");
    options().forEach((option, at) => {
      option.id = `${list.id}-${at}`;
      option.setAttribute("aria-selected", String(at === place));
      if (at !== place) return;
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    });
  };
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const q = input.value.trim();
    if (q.length < 2) return open(false);
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(q)}`, { signal: asking.signal });
      if (!answer.ok) return open(false); // too fast, or no connection: the form still works
      list.innerHTML = await answer.text();
      if (document.activeElement === input) open(options().length > 0);
    } catch {}
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, delay);
  }, { signal });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) choose(((active + step + 1 + all.length + 1) % (all.length + 1)) - 1);
    else if (step && all.length) open(true);
    else if (event.key === "Enter" && !list.hidden && active >= 0) all[active].click();
    else if (event.key === "Escape" && !list.hidden) open(false);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Escape closes the list first, leaves the box then
  }, { signal, capture: true });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(/** @type {Node | null} */ (event.relatedTarget))) open(false);
  }, { signal });
  list.addEventListener("mousedown", (event) => event.preventDefault(), { signal }); // keep the focus in the box
}
