// Offers the time zone of this device below the list of zones, if the list knows it and another one is chosen.
// @ts-check

/** @param {HTMLSelectElement} zones @param {AbortSignal} signal */
export function deviceZone(zones, signal) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zones.value === here || ![...zones.options].some((option) => option.value === here)) return;
  const offer = document.createElement("button");
  offer.type = "button";
  offer.className = "btn btn--s";
  offer.textContent = (zones.dataset.offer ?? "").replace("{zone}", here);
  offer.addEventListener("click", () => {
    zones.value = here;
    zones.focus();
    offer.remove();
  }, { signal });
  zones.after(offer);
}
