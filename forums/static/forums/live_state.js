// Says truthfully whether the page is up to date: live, asking every few seconds, or not connected.
//
//   <p class="state" data-part="state" hidden></p>

import { connect } from "../live/live.js";

const WORDS = {
  connecting: () => ["state-warn", gettext("Not connected, trying again…")],
  live: () => ["state-good", gettext("Live")],
  polling: () => ["state-good", gettext("Up to date every few seconds")],
  "signed-out": () => ["state-bad", gettext("You are signed out.")],
  refused: () => ["state-bad", gettext("Not connected")],
};

export function showState(element) {
  const connection = connect();
  function show() {
    const [look, words] = WORDS[connection.state]();
    element.hidden = false;
    element.className = `state ${look}`;
    element.dataset.state = connection.state;
    element.textContent = words;
    if (connection.state === "signed-out") {
      const link = document.createElement("a");
      link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = gettext("Sign in");
      element.append(" ", link);
    }
  }
  connection.addEventListener("change", show);
  show();
}
