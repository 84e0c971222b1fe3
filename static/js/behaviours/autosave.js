// Sends the answers of an attempt while they are given, so that a lost tab or a passed deadline loses none.
// @ts-check

const pauseMs = 600;
const retryMs = 5_000;

/** @param {HTMLFormElement} form */
function answers(form) {
  /** @type {Map<number, {question: number, choices?: number[], text?: string}>} */
  const found = new Map();
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[name^=q]"))) {
    const question = Number(field.name.slice(1));
    if (field.type === "text") {
      found.set(question, { question, text: field.value });
      continue;
    }
    const answer = found.get(question) ?? { question, choices: [] };
    if (field.checked) answer.choices?.push(Number(field.value));
    found.set(question, answer);
  }
  return [...found.values()];
}

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
export function autosave(form, signal) {
  const status = form.querySelector("[data-status]");
  const bar = form.querySelector("progress");
  const number = form.querySelector("[data-answered]");
  /** @type {number | undefined} */
  let timer;
  let sent = JSON.stringify(answers(form));
  const say = (/** @type {string | undefined} */ text) => {
    if (status) status.textContent = text ?? "";
  };
  const later = (/** @type {number} */ ms) => {
    clearTimeout(timer);
    timer = window.setTimeout(save, ms);
  };

  async function save() {
    const now = answers(form);
    const body = JSON.stringify(now);
    if (body === sent) return say(form.dataset.saved);
    say(form.dataset.saving);
    const headers = { "Content-Type": "application/json", ...JSON.parse(document.body.dataset.hxHeaders ?? "{}") };
    const request = { method: "POST", headers, body: JSON.stringify({ answers: now }), keepalive: true };
    const answer = await fetch(form.dataset.save ?? "", request).catch(() => null);
    if (answer?.ok) {
      sent = body;
      say(form.dataset.saved);
    } else if (answer?.status === 409) {
      location.reload(); // handed in elsewhere, or the time is over: the results are here
    } else {
      say(form.dataset.failed);
      later(retryMs);
    }
  }

  const changed = () => {
    const done = answers(form).filter((row) => row.text?.trim() || row.choices?.length).length;
    if (bar) bar.value = done;
    if (number) number.textContent = `${done}/${bar?.max ?? done}`;
    later(pauseMs);
  };
  form.addEventListener("input", changed, { signal });
  form.addEventListener("submit", () => clearTimeout(timer), { signal });
  window.addEventListener("pagehide", () => void save(), { signal });
  window.addEventListener("online", () => void save(), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
}
