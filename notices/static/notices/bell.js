// Keeps the number beside the bell true, and tells the page that shows the notices of a change, by the document's event
// "notices-changed" ({ unread }).
//
//   <a href="/notices/" data-module="notices/bell" data-stream="notices:7" data-after="12" data-counted="100">
//     <span data-slot="count">3</span> <span data-slot="words">3 unread</span>
//   </a>
//
// A page may show several bells; one of them asks the server.

import { subscribe } from "../live/live.js";

const bells = new Set();
let isAsking = false;

function show(bell, unread) {
  const count = bell.querySelector('[data-slot="count"]');
  const counted = Number(bell.dataset.counted);
  count.textContent = unread < counted ? unread : `${counted - 1}+`;
  count.hidden = unread === 0;
  const words = interpolate(ngettext("%(number)s unread", "%(number)s unread", unread), { number: unread }, true);
  bell.querySelector('[data-slot="words"]').textContent = unread ? words : "";
}

function changed(unread) {
  for (const bell of bells) show(bell, unread);
  document.dispatchEvent(new CustomEvent("notices-changed", { detail: { unread } }));
}

async function fetchCount() {
  const response = await fetch("/api/notices?unread=true", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`The notices were not to be had: ${response.status}`);
  changed((await response.json()).unread);
}

export function mount(bell) {
  bells.add(bell);
  if (isAsking) return;
  isAsking = true;
  subscribe(bell.dataset.stream, Number(bell.dataset.after), {
    onEvent: ({ data }) => Number.isInteger(data.unread) && changed(data.unread),
    onRefetch: fetchCount,
    pollUrl: "/api/notices/events",
  });
}
