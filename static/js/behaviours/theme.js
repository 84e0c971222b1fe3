// Changes the theme at once; the cookie makes the server render the next page in it, so nothing flashes.
// @ts-check

const year = 31_536_000;

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
export function theme(form, signal) {
  form.addEventListener("submit", (event) => {
    const chosen = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value;
    if (!chosen) return;
    event.preventDefault();
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${chosen}; path=/; max-age=${year}; SameSite=Lax${secure}`;
    if (chosen === "auto") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.setAttribute("data-theme", chosen);
    for (const button of document.querySelectorAll("button[name=theme]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("value") === chosen));
    }
  }, { signal });
}
