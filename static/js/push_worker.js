// The service worker of web push: shows what the site sends, and leads to it. It caches nothing and sees no page.
// @ts-check

const site = /** @type {any} */ (self);

site.addEventListener("push", (/** @type {any} */ event) => {
  const { title = "", body = "", url = "/notifications/", tag = "" } = event.data?.json() ?? {};
  event.waitUntil(site.registration.showNotification(title, { body, tag, data: { url }, icon: "/static/icons/icon-192.png" }));
});

site.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, site.location.origin);
  if (url.origin === site.location.origin) event.waitUntil(site.clients.openWindow(url.href));
});
