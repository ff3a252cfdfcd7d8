// Development only: loads the page again after `serve --watch` has built a new one.

const text = async () => {
  try {
    const response = await fetch("dev-reload.txt", { cache: "no-store" });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
};

// The new build's service worker has to be in charge first: the old one would answer with its own.
const takeOver = async () => {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration?.active) return;
  await registration.update();
  const fresh = registration.installing ?? registration.waiting;
  if (!fresh) return;
  await new Promise((resolve) => {
    const check = () => {
      if (fresh.state === "installed") fresh.postMessage({ type: "skip-waiting" });
      if (fresh.state === "activated" || fresh.state === "redundant") resolve();
    };
    fresh.addEventListener("statechange", check);
    check();
  });
};

let seen = await text();
setInterval(async () => {
  const now = await text();
  if (now === null || now === seen) return;
  seen = now;
  await takeOver();
  location.reload();
}, 500);
