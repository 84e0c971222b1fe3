// A list of suggestions below a text field: arrows walk, Enter or Tab takes, Escape closes. Focus stays in the field.
// @ts-check

/** @typedef {{ value: string, label: string, note: string }} Suggestion */

let made = 0;

/** @param {HTMLInputElement | HTMLTextAreaElement} field @param {string} label @param {(value: string) => void} choose @param {AbortSignal} signal */
export function listbox(field, label, choose, signal) {
  const list = document.createElement("ul");
  made += 1;
  Object.assign(list, { id: `suggestions-${made}`, className: "completions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  const options = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const now = () => options().findIndex((option) => option.ariaSelected === "true");
  const mark = (/** @type {number} */ at) => {
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    const chosen = options()[at];
    if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
    else field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  };
  const take = () => {
    const value = options()[now()]?.dataset.value;
    close();
    if (value !== undefined) choose(value);
  };
  field.addEventListener("keydown", (event) => {
    const keyboard = /** @type {KeyboardEvent} */ (event);
    if (list.hidden || keyboard.ctrlKey || keyboard.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[keyboard.key];
    const count = options().length;
    if (step) mark((now() + step + count) % count);
    else if (keyboard.key === "Enter" || keyboard.key === "Tab") take();
    else if (keyboard.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { signal, capture: true });
  field.addEventListener("blur", close, { signal });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const option = /** @type {Element} */ (event.target).closest("[role=option]");
    if (option) mark(options().indexOf(/** @type {HTMLElement} */ (option)));
    if (option) take();
  }, { signal });
  signal.addEventListener("abort", () => list.remove());
  /** @param {Suggestion[]} found */
  const show = (found) => {
    list.replaceChildren(...found.map(({ value, label: text, note }, n) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${n}`, className: "completions__item" });
      option.setAttribute("role", "option");
      option.dataset.value = value;
      option.append(Object.assign(document.createElement("span"), { className: "strong", textContent: text }), " ",
        Object.assign(document.createElement("span"), { className: "muted small", textContent: note }));
      return option;
    }));
    list.hidden = !found.length;
    mark(found.length ? 0 : -1);
  };
  return { show, close };
}
