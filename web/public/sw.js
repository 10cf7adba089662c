// Shows what the desk pushes to this browser, also while the desk is closed in it. It answers no
// requests and keeps no files: every page comes from the server, in the release that runs there.
const scope = self.registration.scope;
const address = (path) => new URL(path, scope);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, tag, path, unread } = event.data.json();
  event.waitUntil(
    Promise.all([
      self.registration.showNotification(title, {
        body,
        // Of one ticket the newest stands in the place of the one before.
        tag,
        icon: address("/icon-192.png").href,
        data: { path },
      }),
      self.navigator.setAppBadge?.(unread).catch(() => undefined),
    ]),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});

/** In a window of the desk that is there, which goes to the ticket by itself; else in a new one. */
async function open(path) {
  const url = address(path);
  if (url.origin !== location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const desk = windows.find((one) => new URL(one.url).pathname.startsWith("/desk"));
  if (!desk) return void (await self.clients.openWindow(url.href));
  desk.postMessage({ open: path });
  await desk.focus();
}

self.addEventListener("pushsubscriptionchange", (event) => {
  const { options } = event.oldSubscription ?? {};
  if (!options) return;
  event.waitUntil(self.registration.pushManager.subscribe(options).then(tell));
});

async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  await fetch(address("/api/v1/notifications/browsers"), {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ endpoint, ...keys }),
  });
}
