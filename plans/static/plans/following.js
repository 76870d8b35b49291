// Goes along with a person: to the section where they are and to their cursor, until one does something oneself.
//
//   <ul data-part="people"></ul>
//   <template data-part="person-row"><li><span data-part="badge"></span> <span data-part="name"></span>
//     <span data-part="place"></span> <button type="button" aria-pressed="false">Follow</button></li></template>
//   <p data-part="following" role="status" hidden></p>

import { cursorOf } from "./carets.js";
import { badge } from "./outline.js";

const OWN_INPUT = ["keydown", "pointerdown", "wheel"];

/**
 * `go(section)` shows a section, `reveal(index)` a place in its text, `textOf(section)` is its Y.Text, `headingOf` names it.
 * Returns `{draw, stop}`; `draw(awareness, people)` is to be called whenever somebody moved.
 */
export function mountFollowing({ people, row, status, text }, { go, reveal, textOf, headingOf }) {
  let followed = null;

  function stop() {
    if (followed === null) return;
    followed = null;
    status.hidden = true;
    status.textContent = "";
    for (const button of people.querySelectorAll("button")) button.setAttribute("aria-pressed", "false");
  }

  function follow({ user }) {
    followed = user.id;
    status.hidden = false;
    status.textContent = interpolate(gettext("You follow %(name)s until you type, click or scroll in the text."), { name: user.name }, true);
  }

  function along(awareness, found) {
    if (followed === null) return;
    const one = found.find(({ user }) => user.id === followed);
    if (!one) {
      stop();
      return;
    }
    if (!one.section) return;
    go(one.section);
    const cursor = cursorOf(textOf(one.section), awareness, followed);
    if (cursor !== null) reveal(cursor);
  }

  function draw(awareness, found) {
    const focused = document.activeElement?.closest?.("[data-follow]")?.dataset.follow;
    const each = new Map(found.map((one) => [one.user.id, one])); // in two sections with two tabs: the later
    people.hidden = each.size === 0;
    people.replaceChildren(
      ...[...each.values()].map((one) => {
        const { user, section } = one;
        const made = row.content.firstElementChild.cloneNode(true);
        const part = (name) => made.querySelector(`[data-part="${name}"]`);
        made.dataset.follow = user.id;
        part("badge").replaceWith(badge(user, ""));
        part("name").textContent = user.name;
        part("place").textContent = headingOf(section) ?? "";
        const button = made.querySelector("button");
        button.setAttribute("aria-pressed", String(followed === user.id));
        button.setAttribute("aria-label", interpolate(gettext("Follow %(name)s"), { name: user.name }, true));
        button.addEventListener("click", () => {
          if (followed === user.id) stop();
          else follow(one);
          draw(awareness, found);
          along(awareness, found);
        });
        return made;
      }),
    );
    if (focused) people.querySelector(`[data-follow="${CSS.escape(focused)}"] button`)?.focus();
    along(awareness, found);
  }

  for (const name of OWN_INPUT) text.addEventListener(name, stop, { passive: true });
  return { draw, stop };
}
