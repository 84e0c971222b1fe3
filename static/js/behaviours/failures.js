// What happens when htmx gets an error: a whole error page becomes a toast, a dead network says so.
// @ts-check
import { showToast } from "./toast.js";

export function watchFailures() {
  const words = document.body.dataset;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = /** @type {CustomEvent} */ (event).detail;
    const page = /^\s*<!doctype/i.test(detail.serverResponse);
    if (detail.xhr.status < 400) {
      // A whole page instead of a piece: the session has ended and the answer is the sign-in page.
      if (!page || detail.boosted) return;
      detail.shouldSwap = false;
      showToast(words.signedOut ?? "", "warning");
      return;
    }
    detail.shouldSwap = !page && detail.serverResponse.trim() !== "";
    if (detail.shouldSwap) return;
    const reason = page && new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelector("[data-reason]");
    showToast((reason && reason.textContent?.trim()) || words.failed || "", "error");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => showToast(words.offline ?? "", "error"));
  }
}
