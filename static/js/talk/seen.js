// Marks read what was really seen: in view for a moment, in a window that somebody looks at.
// @ts-check
import { send } from "../writing/request.js";

const SETTLED = 700; // milliseconds

/** Returns what to call when rows were added. @param {HTMLElement} list @param {AbortSignal} signal */
export function seen(list, signal) {
  const shown = Number(list.dataset.last); // the page itself marked these
  let upTo = 0;
  let timer = 0;
  async function mark() {
    if (!upTo || document.hidden || !document.hasFocus()) return;
    const answer = await send(`/api/messages/${upTo}/read`, "PUT", {}).catch(() => null);
    if (answer?.ok) document.dispatchEvent(new CustomEvent("realtime:message:read", { detail: await answer.json() }));
  }
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) upTo = Math.max(upTo, Number(target.getAttribute("data-id")));
    }
    clearTimeout(timer);
    timer = setTimeout(mark, SETTLED);
  });
  addEventListener("focus", mark, { signal });
  signal.addEventListener("abort", () => watcher.disconnect());
  return () => {
    for (const row of list.querySelectorAll("[data-theirs]")) {
      if (Number(row.getAttribute("data-seq")) > shown) watcher.observe(row);
    }
  };
}
