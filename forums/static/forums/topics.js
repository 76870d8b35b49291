// Keeps the list of topics true while it is open: when something is posted, or read on another device, the list is fetched as the server shows it.
//
//   <section data-module="forums/topics" data-stream="forum:agrifood" data-after="12"
//            data-poll-url="/api/groups/agrifood/events" data-marks="marks:5" data-marks-after="40">
//     <p data-part="state" hidden></p> <p role="status" data-part="summary"></p> <div data-part="list">…</div>

import { showState } from "./live_state.js";
import { subscribe } from "../live/live.js";
import { mountAll } from "../workspace/modules.js";

// Several posts within this time are one change of the list; chance keeps all readers from asking at once.
const GATHERING = () => 300 + Math.random() * 700;

export function mount(section) {
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  let timer = null;
  let isFetching = false;
  let opened = 0;

  async function refresh() {
    timer = null;
    if (isFetching) return later();
    isFetching = true;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok || answer.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = document.adoptNode(page.querySelector('[data-module="forums/topics"] [data-part="list"]'));
      const focused = part("list").contains(document.activeElement) ? document.activeElement.getAttribute("href")?.split("?")[0] : null;
      part("list").replaceWith(list);
      mountAll(list);
      if (focused) list.querySelector(`a[href^="${focused}"]`)?.focus();
      if (opened) part("summary").textContent = interpolate(ngettext("%s new topic", "%s new topics", opened), [opened]);
      opened = 0;
    } catch {
      later();
    } finally {
      isFetching = false;
    }
    return null;
  }

  function later() {
    timer ??= setTimeout(refresh, GATHERING());
  }

  showState(part("state"));
  subscribe(section.dataset.stream, Number(section.dataset.after), {
    onEvent: ({ event }) => {
      if (event === "topic.added") opened += 1;
      later();
    },
    onRefetch: later,
    onRefused: () => location.reload(),
    pollUrl: section.dataset.pollUrl,
  });
  subscribe(section.dataset.marks, Number(section.dataset.marksAfter), {
    onEvent: later,
    onRefetch: later,
    pollUrl: "/api/read-marks/events",
  });
}
