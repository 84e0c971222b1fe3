// Asks before a form that cannot be taken back is sent. The words come from data-confirm and data-confirm-button.
// @ts-check

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
export function confirmation(form, signal) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("confirm-dialog"));
  if (!dialog) return;
  let agreed = false;
  form.addEventListener("submit", (event) => {
    if (agreed) {
      agreed = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    const button = /** @type {HTMLButtonElement} */ (dialog.querySelector("[value=yes]"));
    const text = /** @type {HTMLElement} */ (dialog.querySelector("[data-dialog-text]"));
    text.textContent = form.dataset.confirm ?? "";
    button.textContent = form.dataset.confirmButton ?? submitter?.textContent?.trim() ?? "";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      agreed = true;
      form.requestSubmit(submitter);
    }, { once: true });
    dialog.showModal();
  }, { signal, capture: true });
}
