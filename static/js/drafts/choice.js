// Two texts for one form: the one that is typed here and a newer one from another page or device.
// @ts-check

/** @param {HTMLFormElement} form @param {() => void} take @param {() => void} keep */
export function choice(form, take, keep) {
  const note = form.querySelector("[data-draft-note]");
  if (!note) return keep();
  const { draftNewer, draftTake, draftKeep } = form.dataset;
  const both = () => (take(), keep()); // whichever is chosen is what is saved from now on
  const buttons = [[draftTake, both], [draftKeep, keep]].map(([text, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "composer__link";
    button.textContent = /** @type {string} */ (text ?? "");
    button.addEventListener("click", () => {
      note.replaceChildren();
      /** @type {() => void} */ (act)();
    });
    return button;
  });
  note.replaceChildren(draftNewer ?? "", " ", buttons[0], " ", buttons[1]);
}
