// Completes @names in a form's text: people who read the forum, and regions. Arrow keys choose, Enter or Tab takes,
// Escape closes.
//
//   <form data-module="forums/mentions" data-group="agrifood">
//     <ul role="listbox" id="mentions-1" data-part="mentions" hidden></ul> <textarea name="source"></textarea></form>

import { replaceText } from "./toolbar.js";

const TYPED = /(?:^|[\s([{>"'*_])@([\p{L}\p{N}.\-_]{0,60})$/u;
const WAIT = 120;

export function mount(form) {
  const field = form.elements.source;
  const list = form.querySelector('[data-part="mentions"]');
  let entries = [];
  let active = -1;
  let asked = 0;
  let timer = null;

  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  const typed = () => (field.selectionStart === field.selectionEnd ? TYPED.exec(field.value.slice(0, field.selectionStart)) : null);

  function close() {
    asked += 1;
    clearTimeout(timer);
    entries = [];
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    active = (place + entries.length) % entries.length;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    field.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function take(place) {
    const match = typed();
    if (!match) return;
    const start = field.selectionStart - match[1].length;
    const text = `${entries[place].handle} `;
    replaceText(field, start, field.selectionStart, text, text.length, text.length);
    close();
  }

  function show(found) {
    entries = found;
    if (!found.length) {
      close();
      return;
    }
    list.replaceChildren(
      ...found.map(({ kind, name, detail }, number) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${number}`;
        option.className = "mention-option";
        option.setAttribute("role", "option");
        const words = document.createElement("strong");
        words.textContent = name;
        const more = document.createElement("span");
        more.className = "muted";
        more.textContent = kind === "region" ? interpolate(gettext("everybody from %s"), [detail]) : detail;
        option.append(words, " ", more);
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(number);
        });
        return option;
      }),
    );
    list.hidden = false;
    choose(0);
  }

  async function ask() {
    const match = typed();
    if (!match) {
      close();
      return;
    }
    asked += 1;
    const mine = asked;
    const answer = await fetch(`/api/groups/${form.dataset.group}/mentionable?q=${encodeURIComponent(match[1])}`).catch(() => null);
    const data = answer?.ok ? await answer.json().catch(() => null) : null;
    if (mine === asked && typed()) show(data?.mentionable ?? []);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (typed()) timer = setTimeout(ask, WAIT);
    else close();
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(active + step);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(active);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("blur", close);
}
