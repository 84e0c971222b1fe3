// Keeps what is typed into a form in this browser until the server has taken it.
// @ts-check

const days = 30;
const sentKey = "draft-sent";

/** @param {() => void} action  Storage may be full or forbidden; writing must go on. */
function quietly(action) {
  try {
    action();
  } catch {}
}

/** Drop the draft of the form that was sent by the page before, if the server took it: it then redirects. */
export function forgetSentDraft() {
  quietly(() => {
    const key = sessionStorage.getItem(sentKey);
    sessionStorage.removeItem(sentKey);
    const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    if (key && document.body.dataset.user && arrival?.redirectCount > 0) localStorage.removeItem(key);
  });
}

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
export function draft(form, signal) {
  const key = `draft:${document.body.dataset.user ?? ""}:${form.dataset.draftKey ?? new URL(form.action).pathname}`;
  const note = form.querySelector("[data-draft-note]");
  const fields = () => /** @type {HTMLTextAreaElement[]} */ ([...form.querySelectorAll("textarea[name], input[type=text][name]")]);
  const say = (/** @type {string | undefined} */ text) => {
    if (note) note.textContent = text ?? "";
  };
  /** @type {number | undefined} */
  let timer;
  const save = () => quietly(() => {
    clearTimeout(timer);
    const values = Object.fromEntries(fields().map((field) => [field.name, field.value]));
    if (Object.values(values).some((value) => value.trim())) {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
      say(form.dataset.draftSaved);
    } else {
      localStorage.removeItem(key);
      say("");
    }
  });
  quietly(() => {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    if (!kept) return;
    if (Date.now() - kept.at > days * 86_400_000) return localStorage.removeItem(key);
    let restored = false;
    for (const field of fields()) {
      // The server's own text (an edit form, a refused form) is newer than ours.
      if (field.value || !kept.values[field.name]) continue;
      field.value = kept.values[field.name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
      restored = true;
    }
    if (restored) say(form.dataset.draftRestored);
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(save, 600);
  }, { signal });
  form.addEventListener("submit", () => {
    save();
    quietly(() => sessionStorage.setItem(sentKey, key));
  }, { signal });
  form.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = /** @type {CustomEvent} */ (event).detail;
    if (elt !== form || !successful) return;
    quietly(() => localStorage.removeItem(key));
    say("");
  }, { signal });
  // Before the answer replaces the form: the new one must not find the text that was just taken.
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = /** @type {CustomEvent} */ (event).detail;
    if (elt === form && xhr.status < 400) quietly(() => localStorage.removeItem(key));
  }, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
}
