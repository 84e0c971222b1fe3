// "is typing …" in place of the line below the name, until it stops or a message comes.
// @ts-check
const LIVES = 6_000;

/** @param {EventTarget & ParentNode} source @param {string} words @param {AbortSignal} signal */
export function typing(source, words, signal) {
  const note = source.querySelector("[data-typing-note]");
  if (!note) return;
  const quiet = [...note.childNodes];
  const me = document.body.dataset.user;
  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    note.replaceChildren(...quiet);
  };
  source.addEventListener("realtime:user:typing", (event) => {
    const { user_id: user, state } = /** @type {CustomEvent} */ (event).detail;
    if (String(user) === me) return;
    stop();
    if (state !== "start") return;
    note.replaceChildren(words);
    timer = setTimeout(stop, LIVES);
  }, { signal });
  source.addEventListener("realtime:message:new", stop, { signal });
}
