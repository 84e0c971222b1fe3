// Asks the server how the beginning of a @name or #tag may go on.
// @ts-check

/** @param {string} kind  @ or # @param {string} q @param {string} [topic] @returns {Promise<import("./listbox.js").Suggestion[]>} */
export async function suggest(kind, q, topic) {
  const query = new URLSearchParams({ q });
  if (topic) query.set("topic", topic);
  const address = kind === "@" ? "/api/forum/mentions" : "/api/forum/tags";
  const answer = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return [];
  const { results } = await answer.json();
  if (kind === "@") return results.map((/** @type {any} */ row) => ({ value: row.username, label: row.display_name, note: `@${row.username}` }));
  return results.slice(0, 8).map((/** @type {any} */ row) => ({ value: row.name, label: `#${row.name}`, note: String(row.topics_count) }));
}
