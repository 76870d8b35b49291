// The worker behind one plan's workroom: without a network, the page opens as it was last seen, with what it is made of.
// Registered by plans/kept_page.js at /plan-worker.js?person=<id> for the path of one workroom. Everything else on
// that path, and whatever changes something, goes to the server as if there were no worker.
//
// The page's cache and the text's copy are named as collab/copies.js has it, which clears both when the person signs out.

const { pathname: PATH } = new URL(registration.scope);
const PERSON = new URL(location.href).searchParams.get("person");
const CACHE = `pages/${PERSON}${PATH}`;
const COPY = `documents/${PERSON}/plan/${PATH.split("/")[2]}`;
const WHERE = { cacheName: CACHE, ignoreVary: true };
const AWAY = 502; // from here on, what stands before the server answers for it

// Named by their content's hash: what is kept of them is right for ever.
const isLasting = ({ pathname }) => /^\/(?:static|jsi18n)\//.test(pathname);
const isOwn = (url) => url.origin === location.origin;

async function put(key, answer) {
  const cache = await caches.open(CACHE);
  await cache.put(key, answer);
}

// The server does not show this person the plan any more (403, 404, or on the way to signing in): no copy stays.
function forget() {
  indexedDB.deleteDatabase(COPY);
  return caches.delete(CACHE);
}

// The page from the server, or as it was kept.
async function page(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.status >= AWAY) return (await caches.match(PATH, WHERE)) ?? answer;
    if (answer.status === 200) event.waitUntil(put(PATH, answer.clone()));
    else if (answer.status < 500) event.waitUntil(forget());
    return answer;
  } catch (error) {
    const kept = await caches.match(PATH, WHERE);
    if (kept) return kept;
    throw error;
  }
}

async function part(event) {
  const kept = await caches.match(event.request, WHERE);
  return kept ?? fetch(event.request);
}

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !isOwn(url)) return;
  if (event.request.mode === "navigate" && url.pathname === PATH) event.respondWith(page(event));
  else if (isLasting(url)) event.respondWith(part(event));
});

// Keeps these addresses and the page, and nothing else of an earlier time.
async function keep(addresses) {
  const cache = await caches.open(CACHE);
  const wanted = addresses.map((address) => new URL(address)).filter((url) => isOwn(url) && isLasting(url));
  const names = new Set([...wanted.map(({ href }) => href), new URL(PATH, location.href).href]);
  for (const request of await cache.keys()) if (!names.has(request.url)) await cache.delete(request);
  for (const name of names) {
    if (await cache.match(name)) continue;
    const answer = await fetch(name);
    if (answer.status === 200 && !answer.redirected) await cache.put(name, answer);
  }
}

addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keep(event.data.keep));
});
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
