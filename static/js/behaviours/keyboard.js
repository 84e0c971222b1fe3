// One-key shortcuts and the dialog that lists them. They can be switched off there (WCAG 2.1.4), per device.
// Whatever can be done stands on the page with data-key="r": the key presses that link or button.
// @ts-check

const setting = "shortcuts";
const places = { h: "/", f: "/forum/", u: "/forum/?tab=unread", n: "/notifications/", d: "/forum/drafts/" };

function isOff() {
  try {
    return localStorage.getItem(setting) === "off";
  } catch {
    return false;
  }
}

/** @param {HTMLDialogElement} dialog @param {AbortSignal} signal */
export function keyboard(dialog, signal) {
  const box = /** @type {HTMLInputElement} */ (dialog.querySelector("[data-shortcuts]"));
  box.checked = !isOff();
  document.body.dataset.shortcuts = isOff() ? "off" : "on";
  box.addEventListener("change", () => {
    document.body.dataset.shortcuts = box.checked ? "on" : "off";
    try {
      localStorage.setItem(setting, box.checked ? "on" : "off");
    } catch {}
  }, { signal });
  for (const opener of document.querySelectorAll("[data-shortcuts-help]")) {
    opener.addEventListener("click", () => dialog.showModal(), { signal });
  }
  const items = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main .post, main .topic, main .comment__card")]);
  const current = () => document.activeElement?.closest(".post, .topic, .comment__card");
  const walk = (/** @type {number} */ step) => {
    const all = items();
    const at = all.indexOf(/** @type {HTMLElement} */ (current()));
    // From nowhere: the first one that is in view, or the last above it.
    const seen = all.findIndex((item) => item.getBoundingClientRect().bottom > 80);
    const next = all[at < 0 ? Math.max(0, step > 0 ? seen : seen - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (!next) return;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: next.offsetHeight > innerHeight * 0.7 ? "start" : "center" });
  };
  const press = (/** @type {string} */ key) => {
    const inside = current()?.querySelector(`[data-key~="${key}"]`);
    const target = /** @type {HTMLElement | null | undefined} */ (inside ?? document.querySelector(`main [data-key~="${key}"]:not(.post *, .topic *, .comment__card *)`));
    const box = /** @type {HTMLElement | null} */ (key === "r" && !target ? document.querySelector("#reply textarea") : null);
    target?.click();
    box?.focus();
    return Boolean(target ?? box);
  };
  let goesTo = 0;
  document.addEventListener("keydown", (event) => {
    const place = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.body.dataset.shortcuts === "off") return;
    if (place.closest("input, textarea, select, [contenteditable], dialog[open], [role=listbox]")) return;
    const goes = Date.now() - goesTo < 1500;
    goesTo = 0;
    if (goes && event.key in places) location.assign(places[/** @type {keyof typeof places} */ (event.key)]);
    else if (event.key === "g") goesTo = Date.now();
    else if (event.key === "?") dialog.showModal();
    else if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else if (event.key === "Enter" && place !== current()) return;
    else if (!["o", "Enter", "r", "q", "e", "l"].includes(event.key) || !press(event.key === "Enter" ? "o" : event.key)) return;
    event.preventDefault();
  }, { signal });
}
