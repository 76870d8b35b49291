// Saves on the server what is being typed, so that it is there again after a reload and on another device.
//
//   <form data-module="forums/drafting" data-draft-url="/api/topics/12/draft" data-draft-version="0" autocomplete="off">
//     <input type="hidden" name="idempotency_key"> <input name="title"> (of a new topic) <textarea name="source"></textarea>
//     <p role="status" data-part="draft-state"></p>
//
// "draft:sent" on the form says that its texts were taken over and its key renewed. It tells "draft:refused" (why) where this
// person may not write any more.

import { newKey, pause, send } from "./http.js";
import { linkButton } from "./link_button.js";

const TYPING_PAUSE = 700;
const KEPT_ALIVE = 60000;

export function mount(form) {
  const note = form.querySelector('[data-part="draft-state"]');
  const { title, source, idempotency_key: key } = form.elements;
  const texts = () => ({ title: title?.value ?? "", source: source.value });
  const same = (one, other) => one.title === other.title && one.source === other.source;
  let version = Number(form.dataset.draftVersion);
  let saved = version ? texts() : { title: "", source: "" };
  let timer = null;
  let isSaving = false;
  let isStopped = false;
  let attempts = 0;

  // Only what matters is read out: that the draft is saved is said anew after each pause in typing.
  function say(message, ...buttons) {
    note.ariaLive = "polite";
    note.replaceChildren(message, ...buttons);
  }

  function show(message) {
    note.ariaLive = "off";
    note.replaceChildren(message);
  }

  function write({ title: newTitle, source: newSource }) {
    if (title) title.value = newTitle;
    source.value = newSource;
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function schedule(delay) {
    clearTimeout(timer);
    timer = isStopped ? null : setTimeout(save, delay);
  }

  function chooseBetween(theirs) {
    isStopped = true;
    const go = (work) => () => {
      version = theirs.version;
      isStopped = false;
      work();
      schedule(0);
    };
    const take = () => {
      saved = { title: theirs.title, source: theirs.source };
      key.value = theirs.idempotency_key;
      write(saved);
    };
    say(
      gettext("Not saved: another window of yours has saved a newer draft."),
      linkButton(gettext("Take that one"), go(take)),
      linkButton(gettext("Keep this one"), go(() => show(gettext("Saving the draft…")))),
    );
  }

  function heard({ status, data }, sent) {
    if (status === 200) {
      attempts = 0;
      version = data.version || version;
      saved = sent;
      show(data.version ? gettext("Draft saved") : "");
    } else if (status === 409 && data.reason === "posted") {
      if (key.value === sent.key) key.value = newKey();
    } else if (status === 409) {
      chooseBetween(data.draft);
    } else if (status === 422 || status === 413) {
      say(gettext("Draft not saved.") + " " + data.detail);
      saved = sent;
    } else if (status >= 500 || status === 429) {
      throw new Error(`The server answered ${status}`);
    } else {
      isStopped = true;
      if (status === 403) form.dispatchEvent(new CustomEvent("draft:refused", { detail: data.detail }));
      say(gettext("Drafts cannot be saved here any more. Copy your text if you need it."));
    }
  }

  async function save(options = {}) {
    clearTimeout(timer);
    const sent = { ...texts(), key: key.value };
    if (isSaving || isStopped || same(sent, saved)) return;
    isSaving = true;
    show(gettext("Saving the draft…"));
    const body = { title: sent.title, source: sent.source, idempotency_key: sent.key, version };
    try {
      heard(await send("PUT", form.dataset.draftUrl, body, options), sent);
      isSaving = false;
      if (!same(texts(), saved)) schedule(TYPING_PAUSE);
    } catch {
      isSaving = false;
      say(gettext("Draft not saved yet: no connection. Trying again…"));
      schedule(pause(attempts++));
    }
  }

  if (version) {
    note.append(
      linkButton(gettext("Discard it"), () => {
        write({ title: "", source: "" });
        source.focus();
      }),
    );
  } else if (!same(texts(), saved)) {
    schedule(0);
  }
  form.addEventListener("input", () => schedule(TYPING_PAUSE));
  form.addEventListener("draft:sent", () => {
    clearTimeout(timer);
    saved = texts();
    if (!isStopped) show("");
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("online", () => schedule(0));
  addEventListener("pagehide", () => {
    if (source.value.length < KEPT_ALIVE / 4) save({ keepalive: true });
  });
}
