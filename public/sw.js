// Keeps one build of the client whole, so that every page starts without a network.
//
// A cache holds the files of exactly one build and comes into being with all of them or not at all.
// Which build a page runs is decided when it is loaded: navigations get this worker's build, and an
// older page that is still open finds its own files in its own cache.

const BUILD = "__BUILD__";
const FILES = ["__FILES__"];

const PAGE = "./";
const SCOPE = new URL(registration.scope);
// Caches belong to the whole origin, where two portals may live side by side.
const MINE = `@${SCOPE.pathname}`;
const CACHE = `rapport-${BUILD}${MINE}`;
// What an administrator may change without a new build, config.json and the profile it names;
// outlives every build.
const SETTINGS_CACHE = `rapport-settings${MINE}`;

// What other apps shared with this one, until a page has taken it; outlives every build.
const SHARED_CACHE = `rapport-shared${MINE}`;

const TYPES = {
  js: /javascript/, css: /^text\/css/, json: /json/, webmanifest: /json/, wasm: /^application\/wasm/,
  svg: /^image\/svg/, png: /^image\/png/, html: /^text\/html/,
};

// The path below the scope, or null for what is none of our business.
const below = (url) => {
  const inside = url.origin === SCOPE.origin && url.pathname.startsWith(SCOPE.pathname);
  return inside ? url.pathname.slice(SCOPE.pathname.length) : null;
};

// A sign-in page of the network or a server's fallback page must never stand in for a file.
const sound = (response, path) => {
  const extension = path === PAGE ? "html" : path.split(".").pop();
  const type = response.headers.get("content-type") ?? "";
  const expected = TYPES[extension];
  return response.status === 200 && response.type === "basic" && !response.redirected
    && (!expected || expected.test(type));
};

// Names of the caches of all builds, this one first. To open one that is not there would create it.
const builds = async () => {
  const names = (await caches.keys()).filter((name) => {
    return name.startsWith("rapport-") && name.endsWith(MINE)
      && name !== SETTINGS_CACHE && name !== SHARED_CACHE;
  });
  return names.sort((a, b) => (b === CACHE) - (a === CACHE));
};

const fromAnyBuild = async (url) => {
  for (const name of await builds()) {
    const found = await caches.open(name).then((cache) => cache.match(url));
    if (found) return found;
  }
  return undefined;
};

const fetchFile = async (path) => {
  const hashed = path.startsWith("assets/");
  const kept = hashed && await fromAnyBuild(new URL(path, SCOPE).href);
  if (kept) return kept;
  const response = await fetch(new URL(path, SCOPE), { cache: hashed ? "default" : "reload" });
  if (!sound(response, path)) {
    throw new Error(`${path}: ${response.status} ${response.headers.get("content-type")}`);
  }
  if (path === PAGE && !(await response.clone().text()).includes(`"build":"${BUILD}"`)) {
    throw new Error("the server has another build's page already");
  }
  return response;
};

const install = async () => {
  const files = await Promise.all([PAGE, ...FILES].map(async (path) => [path, await fetchFile(path)]));
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(files.map(([path, response]) => cache.put(new URL(path, SCOPE).href, response)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
  // The next start may be offline. A server that has no settings yet does not stop an install.
  await keepSettings().catch(() => {});
};

const keepSettings = async () => {
  const config = await refresh(new URL("config.json", SCOPE).href).then((response) => response.json());
  await keepProfile(config);
};

const keepProfile = (config) => refresh(new URL(config.profile ?? "profile.json", SCOPE).href);

// An open page may need the files of its build until it is closed, and nothing tells for sure which
// build an open page runs: older caches go when no other page is open.
const sweep = async (loading) => {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.some(({ id, url }) => id !== loading && below(new URL(url)) !== null)) return;
  for (const name of await builds()) if (name !== CACHE) await caches.delete(name);
};

const page = async (event) => {
  event.waitUntil(sweep(event.resultingClientId));
  const cache = await caches.open(CACHE);
  return await cache.match(new URL(PAGE, SCOPE).href) ?? fetch(event.request);
};

const refresh = async (url) => {
  const response = await fetch(url, { cache: "no-cache" });
  if (!sound(response, url)) throw new Error(`${url}: ${response.status}`);
  const cache = await caches.open(SETTINGS_CACHE);
  await cache.put(url, response.clone());
  return response;
};

// The copy at once, and a fresh one for the next start: no start waits for a server, which may be slow,
// or take the connection and never answer.
const settings = async (url, fresh) => {
  const cache = await caches.open(SETTINGS_CACHE);
  return await cache.match(url) ?? fresh;
};

const asset = async (request) => await fromAnyBuild(request.url) ?? fetch(request);

// Words and files that another app shares (the manifest's share_target) wait here, whether there is a
// network or not, until the page for asking has put them into a draft.
const share = async (request) => {
  const form = await request.formData();
  const folder = `shared/${crypto.randomUUID()}`;
  const cache = await caches.open(SHARED_CACHE);
  const put = (name, body, type) => cache.put(
    new URL(`${folder}/${name}`, SCOPE).href,
    new Response(body, { headers: { "content-type": type } }),
  );
  const files = form.getAll("files").filter((file) => file instanceof File && file.size > 0);
  const named = files.map(({ name, type }) => ({ name, type: type || "application/octet-stream" }));
  await Promise.all(files.map((file, at) => put(`${at}`, file, named[at].type)));
  const words = ["title", "text", "url"].map((field) => form.get(field) ?? "");
  await put("words.json", JSON.stringify({ words, files: named }), "application/json");
  return Response.redirect(new URL(`request?shared=${folder.slice(7)}`, SCOPE).href, 303);
};

const shared = async (request) => {
  const cache = await caches.open(SHARED_CACHE);
  if (request.method !== "DELETE") {
    return await cache.match(request.url) ?? new Response(null, { status: 404 });
  }
  const folder = `${request.url}/`;
  const mine = (await cache.keys()).filter(({ url }) => url.startsWith(folder));
  await Promise.all(mine.map((one) => cache.delete(one)));
  return new Response(null, { status: 204 });
};

let first = false;

addEventListener("install", (event) => {
  first = !registration.active;
  event.waitUntil(install());
});

addEventListener("activate", (event) => {
  // Only the very first worker takes over the page that installed it; a later one would change the
  // build under a page that somebody is typing in.
  event.waitUntil(sweep().then(() => first && clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const path = below(new URL(request.url));
  if (path === "share" && request.method === "POST") return event.respondWith(share(request));
  if (path?.startsWith("shared/")) return event.respondWith(shared(request));
  if (request.method !== "GET" || path === null || path.startsWith("api/")) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (path.startsWith("assets/") || FILES.includes(path)) event.respondWith(asset(request));
  else if (path.endsWith(".json")) {
    const fresh = refresh(request.url);
    // A configuration may name another profile than the last one did.
    const both = path !== "config.json" ? fresh
      : fresh.then((response) => response.clone().json()).then(keepProfile);
    event.waitUntil(both.catch(() => {}));
    event.respondWith(settings(request.url, fresh));
  }
});

addEventListener("message", (event) => {
  if (event.data?.type === "skip-waiting") skipWaiting();
  if (event.data?.type === "build") event.ports[0]?.postMessage(BUILD);
});
