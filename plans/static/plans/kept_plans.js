// Lists the plans whose workrooms this browser keeps (kept_page.js), with their sections and what waits there to be sent.
//
//   <section data-module="plans/kept_plans"><p data-part="none">…</p><ul data-part="plans" hidden></ul></section>

import { keptPages, waitingIn } from "../collab/copies.js";

const WORKROOM = /^\/groups\/[^/]+\/plan\/$/;

async function planOf({ cache, person, path }) {
  const answer = await caches.match(path, { cacheName: cache, ignoreVary: true });
  if (!answer) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const settings = page.getElementById("plan-editor"); // none where the plan has no sections yet
  if (!settings) return null;
  const { slug, group, sections } = JSON.parse(settings.textContent);
  const waiting = new Set([...waitingIn(`documents/${person}/plan/${slug}`).values()].flat());
  return { path, group, sections, waiting };
}

function link(address, text) {
  const element = document.createElement("a");
  element.href = address;
  element.textContent = text;
  return element;
}

function drawn({ path, group, sections, waiting }) {
  const item = document.createElement("li");
  const heading = document.createElement("h3");
  const list = document.createElement("ul");
  heading.append(link(path, group));
  list.className = "rows";
  for (const { id, heading: name } of sections) {
    const row = document.createElement("li");
    row.className = "row";
    row.append(link(`${path}?section=${encodeURIComponent(id)}`, name));
    if (waiting.has(id)) {
      const state = document.createElement("span");
      state.className = "state state-warn";
      state.textContent = gettext("Not sent yet");
      row.append(state);
    }
    list.append(row);
  }
  item.append(heading, list);
  return item;
}

export async function mount(section) {
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const pages = (await keptPages()).filter(({ path }) => WORKROOM.test(path));
  const plans = (await Promise.all(pages.map(planOf))).filter(Boolean);
  part("plans").replaceChildren(...plans.map(drawn));
  part("plans").hidden = !plans.length;
  part("none").hidden = plans.length > 0;
}
