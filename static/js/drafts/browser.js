// The copy of a draft in this browser: for what the server has not got yet, and for pages that keep none there.
// @ts-check

const days = 30;
const sentKey = "draft-sent";

/** @typedef {{ at: number, seq: number, values: Record<string, string> }} Copy */

/** @template T @param {() => T} action @returns {T | undefined}  Storage may be full or forbidden; writing must go on. */
function quietly(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** @param {HTMLFormElement} form */
export function keyOf(form) {
  return `draft:${document.body.dataset.user ?? ""}:${form.dataset.draftKey ?? new URL(form.action).pathname}`;
}

/** @param {string} key @returns {Copy | undefined} */
export function readCopy(key) {
  const copy = quietly(() => JSON.parse(localStorage.getItem(key) ?? "null"));
  if (copy && Date.now() - copy.at > days * 86_400_000) dropCopy(key);
  else return copy ?? undefined;
}

/** @param {string} key @param {number} seq @param {Record<string, string>} values */
export function writeCopy(key, seq, values) {
  quietly(() => localStorage.setItem(key, JSON.stringify({ at: Date.now(), seq, values })));
}

/** @param {string} key */
export function dropCopy(key) {
  quietly(() => localStorage.removeItem(key));
}

/** @param {string} key */
export function noteSent(key) {
  quietly(() => sessionStorage.setItem(sentKey, key));
}

/** Drop the copy of the form that was sent by the page before, if the server took it: it then redirects. */
export function forgetSentDraft() {
  quietly(() => {
    const key = sessionStorage.getItem(sentKey);
    sessionStorage.removeItem(sentKey);
    const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    if (key && document.body.dataset.user && arrival?.redirectCount > 0) localStorage.removeItem(key);
  });
}
