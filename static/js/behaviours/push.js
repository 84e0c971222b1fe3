// Switches web push on and off for this browser. Hidden where the browser knows no push.
// data-key: the site's public key; data-worker: the service worker; data-on, data-off, data-denied: what the button says.
// @ts-check

const API = "/api/notifications/push";

/** @param {string} text base64url @returns {Uint8Array} */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** @param {string} method @param {object} body */
async function tell(method, body) {
  const token = JSON.parse(document.body.dataset.hxHeaders ?? "{}")["X-CSRFToken"];
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(API, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
}

/** @param {HTMLButtonElement} button @param {AbortSignal} signal */
export async function push(button, signal) {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const { key = "", worker = "", on = "", off = "", denied = "", failed = "" } = button.dataset;
  const registration = await navigator.serviceWorker.register(worker);
  const show = async () => {
    const known = await registration.pushManager.getSubscription();
    const isDenied = Notification.permission === "denied";
    button.textContent = isDenied ? denied : known ? off : on;
    button.disabled = isDenied;
    button.setAttribute("aria-pressed", String(Boolean(known)));
    button.hidden = false;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const known = await registration.pushManager.getSubscription();
      if (known) {
        await tell("DELETE", { endpoint: known.endpoint });
        await known.unsubscribe();
      } else if ((await Notification.requestPermission()) === "granted") {
        const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
        const made = await registration.pushManager.subscribe(options);
        await tell("POST", made.toJSON()).catch(async (error) => {
          await made.unsubscribe();
          throw error;
        });
      }
      button.disabled = false;
      await show();
    } catch {
      button.disabled = false;
      button.textContent = failed;
    }
  }, { signal });
  await show();
}
