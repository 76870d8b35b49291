// Who else has the topic open, and who is writing in it: true to a few seconds, and nothing of it is kept.
//
//   <div data-module="forums/people" data-stream="topic:12" data-me="5" hidden>
//     <span data-part="faces" aria-hidden="true"></span> <span data-part="names"></span></div>
//   <p data-part="typing" hidden></p> <form class="form"> <textarea name="source">… (of the reply, anywhere in the page)

import { presence } from "../live/live.js";
import { initials } from "../workspace/initials.js";

const FACES = 5;
const FIELD = ".composer textarea[name=source]";

export function mount(element) {
  const { stream, me } = element.dataset;
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const list = (names) => new Intl.ListFormat(document.documentElement.lang).format(names);

  function face({ name }) {
    const avatar = document.createElement("span");
    avatar.className = "avatar";
    avatar.title = name;
    avatar.textContent = initials(name);
    return avatar;
  }

  function showTyping(people) {
    const line = document.querySelector('[data-part="typing"]');
    if (!line) return;
    const names = people.filter(({ typing }) => typing).map(({ name }) => name);
    line.hidden = names.length === 0;
    line.textContent = names.length ? interpolate(ngettext("%s is writing…", "%s are writing…", names.length), [list(names)]) : "";
  }

  const here = presence(stream, {
    onPeople({ people, count }) {
      const others = people.filter(({ id }) => String(id) !== me);
      const unnamed = Math.max(count - people.length, 0);
      element.hidden = others.length === 0;
      part("faces").replaceChildren(...others.slice(0, FACES).map(face));
      const more = others.length > FACES || unnamed ? [interpolate(gettext("%s more"), [Math.max(others.length - FACES, 0) + unnamed])] : [];
      part("names").textContent = interpolate(gettext("Here now: %s"), [list([...others.slice(0, FACES).map(({ name }) => name), ...more])]);
      showTyping(others);
    },
  });
  document.addEventListener("input", ({ target }) => target.matches?.(FIELD) && here.typing(target.value.trim() !== ""));
  // Sent: the event does not bubble, and is caught on its way down.
  document.addEventListener("draft:sent", () => here.typing(false), true);
  document.querySelector('[data-module~="forums/topic"]').addEventListener("forums:refused", () => {
    here.stop();
    element.remove();
  });
}
