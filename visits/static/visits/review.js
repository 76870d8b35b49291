// An open review: comments and steps of others appear by themselves.
//
//   <div data-module="visits/review" data-stream="visit:3" data-after="17" data-visit="3">
//     <p class="state" data-connection hidden></p> <div id="review-comments" data-live-part>…</div>
//   </div>

import { connect, subscribe } from "../live/live.js";
import { fetchParts } from "../workspace/live_parts.js";

export function mount(element) {
  const connection = element.querySelector("[data-connection]");
  let work = Promise.resolve();
  let isStale = false;
  const say = (words) => {
    connection.textContent = words;
    connection.hidden = !words;
  };
  const show = () => {
    const words = {
      connecting: gettext("No connection. New comments appear when it is back."),
      "signed-out": gettext("You are signed out."),
      refused: gettext("You may no longer read this visit."),
    };
    say(words[connect().state] ?? (isStale ? gettext("This page is not up to date. Load it again.") : ""));
  };
  const refresh = () => {
    work = work.then(fetchParts).then(
      () => {
        isStale = false;
        show();
      },
      () => {
        isStale = true;
        show();
      },
    );
  };
  subscribe(element.dataset.stream, Number(element.dataset.after), {
    onEvent: ({ event }) => event === "story.changed" && refresh(),
    onRefetch: () => location.reload(),
    onRefused: () => say(gettext("You may no longer read this visit.")),
    pollUrl: `/api/visits/${element.dataset.visit}/events`,
  });
  connect().addEventListener("change", () => {
    const { state } = connect();
    if (isStale && (state === "live" || state === "polling")) refresh();
    show();
  });
}
