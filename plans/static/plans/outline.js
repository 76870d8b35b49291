// The list of the plan's sections beside the text: kept true by the plan's stream, with who is in which section.
//
//   <ol data-part="outline"><li><a href="?section=k3v9x2ab" data-section="k3v9x2ab" aria-current="true">…</a></li></ol>
//   <template data-part="outline-row"><li><a><span class="plan-outline-heading"></span>
//     <span data-part="row-locked" hidden>…</span> <span data-part="row-empty" hidden>…</span>
//     <span class="plan-outline-people" data-part="row-people"></span></a></li></template>

import { colourOf } from "./carets.js";
import { person } from "../collab/copies.js";
import { subscribe } from "../live/live.js";
import { initials } from "../workspace/initials.js";

/** The sections in order, changed by the events of the stream. Calls `onChange(sections)` after each change. */
export function followOutline({ slug, stream, head, sections }, onChange) {
  const address = `/api/plans/${encodeURIComponent(slug)}`;
  let current = sections;
  const place = (id) => current.findIndex((section) => section.id === id);
  const put = ({ id, heading, guidance, locked }) => {
    const section = { id, heading, guidance, locked };
    const at = place(id);
    current = at < 0 ? [...current, section] : current.with(at, section);
  };
  const set = (id, change) => {
    const at = place(id);
    if (at >= 0) current = current.with(at, { ...current[at], ...change });
  };
  const apply = {
    "section.added": put,
    "section.restored": put,
    "section.renamed": put,
    "section.locked": ({ id }) => set(id, { locked: true }),
    "section.unlocked": ({ id }) => set(id, { locked: false }),
    "section.removed": ({ id }) => {
      current = current.filter((section) => section.id !== id);
    },
    "section.moved": ({ order }) => {
      current = order.map((id) => current[place(id)]).filter(Boolean);
    },
  };
  return subscribe(stream, head, {
    onEvent({ event, data }) {
      if (!apply[event]) return;
      apply[event](data);
      onChange(current);
    },
    async onRefetch() {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
      current = (await answer.json()).sections;
      onChange(current);
    },
    pollUrl: `${address}/events`,
  });
}

/** Everybody who is there now, oneself in other tabs left out: `[{section, user}]`, each person once per section. */
export function peopleIn(awareness) {
  const found = new Map();
  for (const [client, { section, user }] of awareness.getStates()) {
    if (client === awareness.clientID || !user?.name || user.id === person()) continue;
    found.set(`${section} ${user.id ?? user.name}`, { section: section ?? null, user });
  }
  return [...found.values()];
}

/** Draws the rows; `isEmpty(id)` says whether nothing is written in a section. The focus stays on its row. */
export function drawOutline(list, template, { sections, current, people, isEmpty }) {
  const focused = document.activeElement?.closest?.("[data-section]")?.dataset.section;
  list.replaceChildren(
    ...sections.map(({ id, heading, locked }) => {
      const row = template.content.firstElementChild.cloneNode(true);
      const part = (name) => row.querySelector(`[data-part="${name}"]`);
      const link = row.querySelector("a");
      link.href = `?section=${id}`;
      link.dataset.section = id;
      if (id === current) link.setAttribute("aria-current", "true");
      row.querySelector(".plan-outline-heading").textContent = heading;
      part("row-locked").hidden = !locked;
      part("row-empty").hidden = locked || !isEmpty(id);
      part("row-people").replaceChildren(...people.filter(({ section }) => section === id).map(({ user }) => badge(user)));
      return row;
    }),
  );
  if (focused) list.querySelector(`[data-section="${CSS.escape(focused)}"]`)?.focus();
}

/** A disc with a person's initials; their name, or what else is said, for those who do not see it. */
export function badge(user, said = null) {
  const disc = document.createElement("span");
  disc.className = `plan-person caret-${colourOf(user)}`;
  disc.title = user.region ? `${user.name} (${user.region})` : user.name;
  const letters = document.createElement("span");
  letters.setAttribute("aria-hidden", "true");
  letters.textContent = initials(user.name);
  const name = document.createElement("span");
  name.className = "visually-hidden";
  name.textContent = said ?? interpolate(gettext("%(name)s is here"), { name: disc.title }, true);
  disc.append(letters, name);
  return disc;
}
