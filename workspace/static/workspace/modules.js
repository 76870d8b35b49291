// Gives elements their behaviour: <div data-module="forums/topic"> is handed to mount() of forums/topic.js, once.
// Several names are separated by spaces. Elements that a script adds later are mounted by mountAll(root).
//
//   <script type="application/json" id="module-addresses">{"forums/topic": "/static/forums/topic.3f2a.js"}</script>

import { settle } from "./draft.js";

const addresses = JSON.parse(document.getElementById("module-addresses").textContent);
const mounted = new WeakMap();

async function mountOne(element, name) {
  const names = mounted.get(element) ?? new Set();
  if (names.has(name)) return;
  mounted.set(element, names.add(name));
  if (!addresses[name]) throw new Error(`There is no module ${name}`);
  const module = await import(addresses[name]);
  await module.mount(element);
}

// Mounts what is in this element, itself included; resolves when all of it is mounted. A module that fails is
// reported and leaves the others alone.
export async function mountAll(root = document) {
  const elements = [...root.querySelectorAll("[data-module]")];
  if (root instanceof Element && root.matches("[data-module]")) elements.unshift(root);
  const work = elements.flatMap((element) => element.dataset.module.split(/\s+/).filter(Boolean).map((name) => mountOne(element, name)));
  const results = await Promise.allSettled(work);
  for (const { reason } of results.filter(({ status }) => status === "rejected")) reportError(reason);
}

settle();
mountAll().then(() => document.documentElement.setAttribute("data-ready", ""));
