// Which documents this browser keeps a copy of, and for whom: what a person may keep without a network is theirs alone,
// and gone when they sign out. Remembered in the local storage:
//
//   kept:<name>                      there is a copy, in the IndexedDB database <name>: documents/<person>/<kind>/<key>
//   kept:<name>:<session>            in its texts of these names something was typed that is not saved (JSON)
//   kept:<name>:<session>:last       what was typed just before the page was left, as an update (base64)
//
// A worker that keeps pages for use without a network names its caches pages/<person>/<path>.

const PREFIX = "kept:";
const COPIES = "documents/";
const PAGES = "pages/";
const LAST = ":last";

// Storage can be full, forbidden or absent; then nothing is kept.
function attempt(work, otherwise = null) {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

const keysOf = (name) => attempt(() => Object.keys(localStorage), []).filter((key) => key === PREFIX + name || key.startsWith(`${PREFIX}${name}:`));

/** The person who is signed in on this page; undefined for nobody. */
export const person = () => document.body.dataset.person;

/** The name of the copy of a document that the person of this page keeps. */
export const copyName = (kind, key) => `${COPIES}${person()}/${kind}/${key}`;

/** Remembers that there is a copy. Returns false where nothing can be kept. */
export function remember(name) {
  return attempt(() => {
    localStorage.setItem(PREFIX + name, "");
    return true;
  }, false);
}

/** Remembers in which texts of a copy something waits that this session typed; an empty set for none. */
export function rememberWaiting(name, session, texts) {
  const key = `${PREFIX}${name}:${session}`;
  attempt(() => (texts.size ? localStorage.setItem(key, JSON.stringify([...texts])) : localStorage.removeItem(key)));
}

/** In which texts of a copy something waits, whoever typed it, by session: `Map {session: [text]}`. */
export function waitingIn(name) {
  const found = new Map();
  for (const key of keysOf(name)) {
    const texts = attempt(() => JSON.parse(localStorage.getItem(key)));
    if (Array.isArray(texts)) found.set(key.slice(PREFIX.length + name.length + 1), texts.filter((text) => typeof text === "string"));
  }
  return found;
}

const lastKey = (name, session) => `${PREFIX}${name}:${session}${LAST}`;

/** Remembers what this session typed last: at once, unlike a database, since the page is about to go. */
export function rememberLast(name, session, update) {
  const text = Array.from(update, (byte) => String.fromCharCode(byte)).join("");
  attempt(() => localStorage.setItem(lastKey(name, session), btoa(text)));
}

/** What sessions typed last, as updates: `Map {session: Uint8Array}`. */
export function lastIn(name) {
  const found = new Map();
  for (const key of keysOf(name).filter((each) => each.endsWith(LAST))) {
    const text = attempt(() => atob(localStorage.getItem(key)));
    if (text) found.set(key.slice(PREFIX.length + name.length + 1, -LAST.length), Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  }
  return found;
}

export function forgetLast(name, session) {
  attempt(() => localStorage.removeItem(lastKey(name, session)));
}

/** Takes a copy off this device. */
export function forget(name) {
  for (const key of keysOf(name)) attempt(() => localStorage.removeItem(key));
  attempt(() => indexedDB.deleteDatabase(name));
}

const caching = async () => (await attempt(() => globalThis.caches?.keys())?.catch(() => [])) ?? [];

/** The pages that workers keep on this device: `[{cache, person, path}]`. */
export async function keptPages() {
  const names = (await caching()).filter((name) => name.startsWith(PAGES));
  return names.map((cache) => {
    const [person, ...path] = cache.slice(PAGES.length).split("/");
    return { cache, person, path: `/${path.join("/")}` };
  });
}

/** Takes off this device whatever others than the person of this page kept on it. */
export async function forgetOthers() {
  const own = person();
  const isTheirs = (name, prefix) => name.startsWith(prefix) && !(own && name.startsWith(`${prefix}${own}/`));
  const remembered = attempt(() => Object.keys(localStorage), []).filter((key) => key.startsWith(PREFIX) && !key.slice(PREFIX.length).includes(":"));
  const listed = (await attempt(() => indexedDB.databases?.())?.catch(() => [])) ?? [];
  const names = new Set([...remembered.map((key) => key.slice(PREFIX.length)), ...listed.map(({ name }) => name)]);
  for (const name of names) if (isTheirs(name, COPIES)) forget(name);
  await Promise.all((await caching()).filter((name) => isTheirs(name, PAGES)).map((name) => caches.delete(name)));
}
