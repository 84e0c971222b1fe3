// Puts a link's address (or data-copy) on the clipboard and says so.
// @ts-check
import { showToast } from "./toast.js";

/** @param {HTMLElement} element @param {AbortSignal} signal */
export function copyLink(element, signal) {
  element.addEventListener("click", async (event) => {
    const address = element.dataset.copy ?? element.getAttribute("href");
    if (!address || !navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(new URL(address, location.href).href);
      showToast(element.dataset.copied ?? "", "success");
    } catch {
      location.assign(address);
    }
  }, { signal });
}
