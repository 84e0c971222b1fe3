// "2 new replies": counts what arrives on the page's channel without moving what is being read.
// The server gives the sentence in each plural form: data-one="{n} new reply" data-few=… data-many=… data-other=….
// @ts-check

/** @param {HTMLAnchorElement} pill @param {AbortSignal} signal */
export function newReplies(pill, signal) {
  const source = pill.closest("[data-channel]") ?? document;
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const events = (pill.dataset.events ?? "topic:new_post").split(" ");
  const text = pill.querySelector("[data-text]") ?? pill;
  const seen = new Set(); // an event may come twice: live, and again when the connection resumes
  const arrived = (/** @type {Event} */ event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    const author = detail?.author?.username ?? detail?.data?.author?.username;
    if (author && author === document.body.dataset.username) return;
    seen.add(detail?.post_id ?? detail?.comment_id ?? detail?.seq);
    const count = seen.size;
    const form = pill.dataset[plural.select(count)] ?? pill.dataset.other ?? "";
    text.textContent = form.replace("{n}", String(count));
    pill.hidden = false;
  };
  for (const name of events) source.addEventListener(`realtime:${name}`, arrived, { signal });
  // The address often differs from the open page by its fragment only, which would load nothing.
  pill.addEventListener("click", (event) => {
    const target = new URL(pill.href);
    if (target.pathname !== location.pathname || target.search !== location.search) return;
    event.preventDefault();
    history.replaceState(null, "", target.href);
    location.reload();
  }, { signal });
}
