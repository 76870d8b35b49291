// Says how it stands with what was typed, in a word with a shape beside it, and what to do where it could not be saved.
//
//   <span class="state" data-part="state" hidden></span> <p class="visually-hidden" data-part="announcer" role="status"></p>
//   <div class="notice notice-bad" data-part="trouble" role="alert" hidden></div>

import { describe } from "../collab/provider.js";

const WORDS = {
  connecting: { word: () => gettext("Connecting…"), look: "" },
  saving: { word: () => gettext("Saving…"), look: "" },
  saved: { word: () => gettext("Saved"), look: "state-good" },
  offline: { word: () => gettext("Offline"), look: "state-warn" },
  failed: { word: () => gettext("Failed"), look: "state-bad" },
};
const CAN_BE_TRIED_AGAIN = new Set(["signed-out", "not-yours"]);

function button(label, work) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button button-small";
  element.textContent = label;
  element.addEventListener("click", () => work(element));
  return element;
}

// What went wrong, what of it is at stake, and what going on would cost.
function explanation(reason, headings) {
  if (!headings.length) return [describe(reason)];
  const names = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(headings);
  const lost = ngettext(
    "What you typed last in the section %(names)s was not saved. %(reason)s",
    "What you typed last in the sections %(names)s was not saved. %(reason)s",
    headings.length,
  );
  const said = interpolate(lost, { names, reason: describe(reason) }, true);
  return CAN_BE_TRIED_AGAIN.has(reason)
    ? [said]
    : [said, gettext("Going on from the saved text discards it, so copy first what you want to keep.")];
}

// How many sections wait while there is no connection.
function offline(count) {
  if (!count) return gettext("Offline");
  return interpolate(ngettext("Offline, %(count)s section waits to be saved", "Offline, %(count)s sections wait to be saved", count), { count }, true);
}

/**
 * Shows the session's state in these elements, now and after each change. `isWriter` is false for who only reads: then
 * there is nothing of theirs to be saved. `unsaved` names the headings of the sections with unsaved text, `copy` puts
 * their text on the clipboard, `restart` begins anew from the server's.
 */
export function showState({ state, announcer, trouble }, session, { isWriter, unsaved, copy, restart }) {
  const { provider } = session;
  let before = null;

  function explain() {
    trouble.hidden = provider.state !== "failed";
    if (trouble.hidden) return;
    const paragraphs = explanation(provider.reason, unsaved()).map((words) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = words;
      return paragraph;
    });
    const buttons = document.createElement("div");
    buttons.className = "cluster";
    buttons.append(
      button(gettext("Copy the text"), async (element) => {
        element.textContent = (await copy()) ? gettext("Copied") : gettext("Copying is not allowed here. Select the text and copy it.");
      }),
      CAN_BE_TRIED_AGAIN.has(provider.reason)
        ? button(gettext("Try again"), () => provider.retry())
        : button(gettext("Go on from the saved text"), restart),
    );
    trouble.replaceChildren(...paragraphs, buttons);
  }

  const whereTyped = () =>
    provider.isKept()
      ? gettext("What you type is kept on this device and is saved when the connection is back.")
      : gettext("What you type stays in this tab and is saved when the connection is back.");

  function show() {
    const { word, look } = WORDS[provider.state];
    const isQuiet = !isWriter && (provider.state === "saved" || provider.state === "saving");
    state.hidden = false;
    state.className = `state ${look}`;
    if (isQuiet) state.textContent = gettext("Live");
    else state.textContent = provider.state === "offline" ? offline(unsaved().length) : word();
    state.dataset.state = provider.state;
    state.title = provider.state === "offline" ? whereTyped() : "";
    // Only what matters is read out: "Saving" and "Saved" alternate with every word.
    const wasTroubled = before === "offline" || before === "failed";
    if (provider.state === "offline" && before !== "offline") announcer.textContent = `${word()}. ${state.title}`;
    else if (provider.state === "saved" && wasTroubled) announcer.textContent = gettext("The connection is back.");
    if (provider.state !== "connecting") before = provider.state;
    explain();
  }

  session.addEventListener("state", show);
  session.addEventListener("waiting", show);
  show();
}
