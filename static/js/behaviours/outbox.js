// Sends messages without leaving the page. What could not be sent waits in this browser and goes when the network is
// back; its client_id makes a repeated attempt the same message.
// @ts-check
import { WaitingMessages } from "../talk/waiting.js";
import { send } from "../writing/request.js";

const RETRY = [2_000, 5_000, 15_000, 30_000];

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
export function outbox(form, signal) {
  const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("content"));
  const files = /** @type {HTMLInputElement} */ (form.elements.namedItem("attachment"));
  const name = form.dataset.conversation ?? "";
  const waiting = new WaitingMessages(`outbox.${document.body.dataset.user}.${name}`, document.querySelector("[data-behaviour~=talk]"));
  let attempt = 0;
  let timer = 0;
  let running = Promise.resolve();

  async function flush() {
    clearTimeout(timer);
    for (const message of waiting.all()) {
      const answer = await send(`/api/messages/conversations/${name}/messages`, "POST", message).catch(() => null);
      if (!answer || answer.status >= 500 || answer.status === 429) {
        waiting.say(message, form.dataset.waiting ?? "");
        timer = setTimeout(next, RETRY[Math.min(attempt, RETRY.length - 1)]);
        attempt += 1;
        return;
      }
      attempt = 0;
      waiting.remove(message);
      if (answer.ok) form.dispatchEvent(new CustomEvent("talk:sent", { bubbles: true }));
      else {
        const problem = await answer.json().catch(() => ({}));
        waiting.say(message, problem.detail ?? form.dataset.refused ?? "", true);
        area.value ||= message.content; // nothing typed is lost
      }
    }
  }
  const next = () => { running = running.then(flush); };

  form.addEventListener("submit", (event) => {
    if (files.files?.length) return; // files go with the page itself
    event.preventDefault();
    const content = area.value.trim();
    const reply = Number(new FormData(form).get("reply_to")) || null;
    if (!content) return;
    waiting.add({ client_id: crypto.randomUUID(), content, reply_to: reply });
    area.value = "";
    form.dispatchEvent(new Event("reset"));
    area.dispatchEvent(new Event("input", { bubbles: true }));
    next();
  }, { signal });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    form.requestSubmit();
  }, { signal });
  waiting.all().forEach((message) => waiting.draw(message));
  next();
  addEventListener("online", next, { signal });
}
