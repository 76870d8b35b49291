// Posts without leaving the page: what was written stands at the end of the topic at once, marked as on its way until
// the server has it. A post whose answer was lost is sent again under the same key, also after a reload of the tab.
//
//   <form data-module="forums/drafting forums/composer" data-posts-url="/api/topics/12/posts" autocomplete="off">
//
// It hears "forums:post" ({number, author, source}), "forums:page" and "forums:refused" of the section of forums/topic, and
// tells it "forums:readonly" (why, in words) where an answer says that this person may not write here any more.

import { newKey, pause, send } from "./http.js";
import { linkButton } from "./link_button.js";

const PATIENCE = 20000;
const PREFIX = "forums:outbox:";

function restored(name) {
  try {
    for (const other of Object.keys(sessionStorage)) {
      if (other.startsWith(PREFIX) && !other.startsWith(`${PREFIX}${document.body.dataset.person}:`)) sessionStorage.removeItem(other);
    }
    return JSON.parse(sessionStorage.getItem(name)) ?? [];
  } catch {
    return [];
  }
}

function keep(name, outbox) {
  try {
    sessionStorage.setItem(name, JSON.stringify(outbox.map(({ key, source }) => ({ key, source }))));
  } catch {
    // Without storage the outbox lasts as long as the page.
  }
}

// With nothing in it the composer is one line while the reader is elsewhere. It closes once the button of the mouse that
// took the focus away is let go: what moves between pressing and letting go would not get its click.
function keepOpenInUse(composer) {
  let isPressed = false;
  const settle = () => {
    if (!isPressed) composer.classList.toggle("is-open", composer.contains(document.activeElement));
  };
  const letGo = () => {
    isPressed = false;
    setTimeout(settle);
  };
  addEventListener("pointerdown", () => { isPressed = true; }, { capture: true });
  addEventListener("pointerup", letGo, { capture: true });
  addEventListener("pointercancel", letGo, { capture: true });
  composer.addEventListener("focusin", settle);
  composer.addEventListener("focusout", () => setTimeout(settle));
  settle();
}

export function mount(form) {
  const section = document.querySelector('[data-module~="forums/topic"]');
  const list = section.querySelector('[data-part="outbox"]');
  const template = section.querySelector('[data-part="outbox-template"]');
  const { source, idempotency_key: keyField } = form.elements;
  const name = `${PREFIX}${document.body.dataset.person}:${section.dataset.topic}`;
  let outbox = [];
  const arriving = []; // posted, and not yet among the topic's posts
  let isSending = false;
  let isRetired = false;
  let timer = null;

  function forget(entry) {
    outbox = outbox.filter((other) => other !== entry);
    keep(name, outbox);
  }

  function remove(entry) {
    forget(entry);
    entry.element.remove();
    list.hidden = !list.children.length;
  }

  function show(entry, state, words, ...buttons) {
    const mark = entry.element.querySelector('[data-slot="state"]');
    mark.className = `state ${state}`;
    mark.textContent = words;
    entry.element.querySelector(".post-foot").replaceChildren(...buttons);
    entry.element.hidden = false;
  }

  function queue({ key, source: text }) {
    const element = template.content.firstElementChild.cloneNode(true);
    element.querySelector('[data-slot="source"]').textContent = text;
    const entry = { key, source: text, element, attempts: 0, isRefused: false };
    outbox.push(entry);
    keep(name, outbox);
    list.append(element);
    list.hidden = false;
    show(entry, "", gettext("Sending…"));
    return entry;
  }

  function refuse(entry, words) {
    entry.isRefused = true;
    const again = linkButton(gettext("Try again"), () => {
      entry.isRefused = false;
      show(entry, "", gettext("Sending…"));
      deliver();
    });
    const takeBack = linkButton(gettext("Take it back into the form"), () => {
      source.value = source.value.trim() ? `${source.value}\n\n${entry.source}` : entry.source;
      source.dispatchEvent(new Event("input", { bubbles: true }));
      remove(entry);
      source.focus();
    });
    show(entry, "state-bad", words, again, takeBack);
  }

  // Whether the topic shows this post, or has it on an earlier page.
  const hasArrived = (number) => Number([...section.querySelectorAll(".post[data-number]")].at(-1)?.dataset.number ?? 0) >= number;

  function heard(entry, { status, data }) {
    if (status === 200 || status === 201) {
      forget(entry);
      if (hasArrived(data.number)) remove(entry);
      else {
        entry.number = data.number;
        const link = document.createElement("a");
        link.href = `${section.dataset.url}?from=${data.number}#post-${data.number}`;
        link.textContent = gettext("Show it in its place");
        show(entry, "state-good", gettext("Posted"), ...("reachesEnd" in section.dataset ? [] : [link]));
        arriving.push(entry);
      }
    } else if (status >= 500 || status === 429) {
      throw new Error(`The server answered ${status}`);
    } else if (status === 409) {
      entry.key = newKey();
      keep(name, outbox);
      refuse(entry, gettext("Not sent: another window has posted a different version of this text."));
    } else if (status === 401) {
      refuse(entry, gettext("Not sent: you are signed out. Sign in again in another window, then try again."));
    } else if (status === 403) {
      giveUp(data.detail);
    } else if (status === 404) {
      refuse(entry, gettext("Not sent: you may not write here."));
    } else {
      refuse(entry, `${gettext("Not sent.")} ${data.detail ?? ""}`);
    }
  }

  // The composer goes; what was typed and not posted stays to be copied.
  function retire(words) {
    if (isRetired) return;
    clearTimeout(timer);
    isRetired = true;
    const typed = [...outbox.map((entry) => entry.source), source.value].filter((text) => text.trim()).join("\n\n");
    for (const entry of [...outbox]) remove(entry);
    const rest = [];
    if (words) {
      const note = document.createElement("p");
      note.className = "notice";
      note.dataset.part = "no-composer";
      note.setAttribute("role", "status");
      note.textContent = words;
      rest.push(note);
    }
    if (typed) {
      const label = document.createElement("label");
      label.className = "field composer-rest";
      const text = document.createElement("textarea");
      text.readOnly = true;
      text.value = typed;
      label.append(gettext("What you had written here, to be copied:"), text);
      rest.push(label);
    }
    form.closest(".composer").replaceWith(...rest);
  }

  const giveUp = (words) => section.dispatchEvent(new CustomEvent("forums:readonly", { detail: words }));

  async function deliver() {
    if (isRetired) return;
    clearTimeout(timer);
    const entry = outbox.find(({ isRefused }) => !isRefused);
    if (isSending || !entry) return;
    isSending = true;
    try {
      const options = { headers: { "Idempotency-Key": entry.key }, signal: AbortSignal.timeout(PATIENCE) };
      heard(entry, await send("POST", form.dataset.postsUrl, { source: entry.source }, options));
      isSending = false;
      deliver();
    } catch {
      isSending = false;
      show(entry, "state-warn", gettext("Not sent yet: no connection. Trying again…"), linkButton(gettext("Try now"), deliver));
      timer = setTimeout(deliver, pause(entry.attempts++));
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!source.value.trim()) {
      source.focus();
      return;
    }
    const entry = queue({ key: keyField.value, source: source.value });
    source.value = "";
    keyField.value = newKey();
    form.dispatchEvent(new Event("draft:sent"));
    entry.element.scrollIntoView({ block: "nearest" });
    source.focus({ preventScroll: true });
    deliver();
  });
  source.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  section.addEventListener("forums:post", ({ detail }) => {
    const here = arriving.findIndex(({ number }) => number === detail.number);
    if (here >= 0) remove(arriving.splice(here, 1)[0]);
    else if (String(detail.author) === section.dataset.me) {
      const mine = outbox.find((entry) => !entry.isRefused && !entry.element.hidden && entry.source === detail.source);
      if (mine) mine.element.hidden = true;
    }
  });
  section.addEventListener("forums:page", () => {
    for (const entry of arriving.splice(0)) {
      if (hasArrived(entry.number) || !("reachesEnd" in section.dataset)) remove(entry);
      else arriving.push(entry);
    }
  });
  section.addEventListener("forums:refused", () => retire(null));
  section.addEventListener("forums:readonly", ({ detail }) => retire(detail));
  form.addEventListener("draft:refused", ({ detail }) => giveUp(detail));
  addEventListener("online", deliver);
  keepOpenInUse(form.closest(".composer"));

  const waiting = restored(name);
  if (waiting.some(({ key }) => key === keyField.value)) {
    source.value = "";
    keyField.value = newKey();
    form.dispatchEvent(new Event("draft:sent"));
  }
  for (const entry of waiting) queue(entry);
  deliver();
}
