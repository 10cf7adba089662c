import { client, read } from "@/api/client";

/** Why a browser does not show notifications. */
export class PushRefused extends Error {
  readonly reason: "unsupported" | "denied" | "refused";

  constructor(reason: PushRefused["reason"]) {
    super(reason);
    this.reason = reason;
  }
}

const WORKER = "/sw.js";

export const isSupported = () =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Lets this browser show notifications, with the reader's leave. Throws PushRefused and ProblemError. */
export async function subscribe(publicKey: string, name: string) {
  if (!isSupported()) throw new PushRefused("unsupported");
  if ((await Notification.requestPermission()) !== "granted") throw new PushRefused("denied");
  const registration = await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  const subscription = await subscribed(registration, publicKey);
  const { endpoint = "", keys = {} } = subscription.toJSON();
  const { p256dh = "", auth = "" } = keys;
  const body = { endpoint, p256dh, auth, name, renew: false };
  return read(client.PUT("/api/v1/notifications/browsers", { body }));
}

async function subscribed(registration: ServiceWorkerRegistration, publicKey: string) {
  // One that was made with another key of the desk is of no use.
  const held = await registration.pushManager.getSubscription();
  if (held && keyOf(held) !== publicKey) await held.unsubscribe();
  try {
    return await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: publicKey,
    });
  } catch {
    throw new PushRefused("refused");
  }
}

function keyOf(subscription: PushSubscription): string {
  const bytes = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** Lets this browser show no more notifications. */
export async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

/** Who signed in anew in a browser that they chose is told there again; one that was removed stays so. */
async function renew(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const { endpoint, keys = {} } =
    (await registration?.pushManager.getSubscription())?.toJSON() ?? {};
  if (!endpoint) return;
  const { p256dh = "", auth = "" } = keys;
  await client.PUT("/api/v1/notifications/browsers", {
    body: { endpoint, p256dh, auth, name: "", renew: true },
  });
}

/** Follows a press on a notification to its ticket, in the window that is open. */
export function attach(open: (path: string) => void): () => void {
  void renew().catch(() => undefined);
  const follow = (event: MessageEvent<{ open?: string }>) => {
    if (event.data.open?.startsWith("/desk/")) open(event.data.open);
  };
  navigator.serviceWorker.addEventListener("message", follow);
  return () => navigator.serviceWorker.removeEventListener("message", follow);
}
