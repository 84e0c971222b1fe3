// Offers the time zone of this device where the account has another one. Who keeps theirs is not asked again for it.
// @ts-check

/** @param {HTMLFormElement} banner @param {AbortSignal} signal */
export function zoneBanner(banner, signal) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const kept = `${banner.dataset.zone} ${here}`;
  if (!here || here === banner.dataset.zone || localStorage.getItem("zone-kept") === kept) return;
  const field = /** @type {HTMLInputElement | null} */ (banner.elements.namedItem("timezone"));
  const place = banner.querySelector("[data-here]");
  if (!field || !place) return;
  field.value = here;
  place.textContent = here.replaceAll("_", " ");
  banner.hidden = false;
  banner.querySelector("[data-dismiss]")?.addEventListener("click", () => {
    localStorage.setItem("zone-kept", kept);
    banner.hidden = true;
  }, { signal });
}
