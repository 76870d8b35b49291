// Shows new notices, and those read elsewhere, while the list is open; the focus stays where it is.
//
//   <div data-module="notices/list" data-first> ... <div data-part="list">...</div> </div>
//
// Only the first page renews itself (data-first): further ones do not move under a reader's eyes.

import { mountAll } from "../workspace/modules.js";

export function mount(section) {
  if (!("first" in section.dataset)) return;
  let isFetching = false;
  let isWanted = false;

  async function renew() {
    isWanted = true;
    if (isFetching) return;
    isFetching = true;
    while (isWanted) {
      isWanted = false;
      try {
        const response = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (!response.ok) break;
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const fresh = page.querySelector('[data-module~="notices/list"] [data-part="list"]');
        if (fresh) replace(fresh);
      } catch {
        break; // no connection: the next change, or a reload, brings it
      }
    }
    isFetching = false;
  }

  function replace(fresh) {
    const list = section.querySelector('[data-part="list"]');
    const focused = list.contains(document.activeElement) && document.activeElement.closest("[id]")?.id;
    list.replaceChildren(...document.adoptNode(fresh).childNodes);
    if (focused) (document.getElementById(focused) ?? section.querySelector("a"))?.focus();
    mountAll(list);
  }

  document.addEventListener("notices-changed", renew);
}
