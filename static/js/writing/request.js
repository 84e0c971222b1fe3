// Sends something to our own API, as the signed-in person.
// @ts-check

/** @param {string} url @param {string} method @param {object | FormData} body @param {RequestInit} [more] */
export function send(url, method, body, more) {
  const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("data-hx-headers") ?? "{}") };
  const isForm = body instanceof FormData;
  if (!isForm) headers["Content-Type"] = "application/json";
  return fetch(url, { method, headers, body: isForm ? body : JSON.stringify(body), ...more });
}
