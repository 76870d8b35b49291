{% load i18n static shell %}{% get_current_language as language %}// The worker of all pages: without a network, or while the server is away, an address opens the page that helps.
// Registered by workspace/offline.js at /worker.js?language=<code>, so that another language brings another copy of
// the page. A plan's workroom has a worker of its own (plans/worker.js). Everything else goes to the server untouched.

const CACHE = "offline-page";
const PAGE = "{% url 'offline' %}";
const PARTS = [
  "{% static 'workspace/favicon.svg' %}",
  "{% static 'vendor/fonts/fonts.css' %}",
  "{% static 'workspace/tokens.css' %}",
  "{% static 'workspace/base.css' %}",
  "{% static 'workspace/layout.css' %}",
  "{% static 'workspace/components.css' %}",
  "{% static 'workspace/public.css' %}",
  "{% catalogue_address language %}",
  "{% static 'workspace/modules.js' %}",
  "{% static 'workspace/draft.js' %}",
  "{% static 'workspace/try_again.js' %}",
  "{% static 'collab/copies.js' %}",
  "{% static 'plans/kept_plans.js' %}",
];
const AWAY = 502; // from here on, what stands before the server answers for it

async function page(event) {
  const kept = () => caches.match(PAGE, { cacheName: CACHE, ignoreVary: true });
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    return answer.status < AWAY ? answer : ((await kept()) ?? answer);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

async function part(request) {
  const kept = await caches.match(request, { cacheName: CACHE, ignoreVary: true });
  return kept ?? fetch(request);
}

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (PARTS.includes(new URL(url).pathname)) event.respondWith(part(event.request));
});

// Fetched anew: the names of the parts carry their content's hash, the page's does not.
async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll([new Request(PAGE, { cache: "reload" }), ...PARTS]);
}

async function tidy() {
  const cache = await caches.open(CACHE);
  const paths = new Set([PAGE, ...PARTS]);
  for (const request of await cache.keys()) if (!paths.has(new URL(request.url).pathname)) await cache.delete(request);
  await registration.navigationPreload?.enable();
}

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keep());
});
addEventListener("activate", (event) => event.waitUntil(tidy()));
