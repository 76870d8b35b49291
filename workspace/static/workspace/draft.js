// Keeps what is typed into a textarea on this device until it is sent: per person and place, for 30 days.
//
//   <textarea name="source" data-module="workspace/draft" data-draft-key="topic:12:reply"></textarea>
//
// A script that sends the text itself says so: textarea.dispatchEvent(new Event("draft:sent")). A form that is sent the
// plain way counts as sent when the next page that this tab shows is the answer to it: one that was reached from the
// form's page, was no error, does not ask for the text again, and is not the page that a worker shows in its place
// (offline.html, which says data-unreachable).

const PREFIX = "draft:";
const SENDING = "draft-sending";
const DAYS = 30;

const person = () => document.body.dataset.person ?? "";
const nameOf = (textarea) => `${PREFIX}${person()}:${textarea.dataset.draftKey}`;

// Storage can be full, forbidden or absent; then there are no drafts, and nothing else changes.
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

const read = (name) => attempt(() => JSON.parse(localStorage.getItem(name)));
const forget = (name) => attempt(() => localStorage.removeItem(name));

function keep(name, text) {
  if (text.trim()) attempt(() => localStorage.setItem(name, JSON.stringify({ text, at: Date.now() })));
  else forget(name);
}

function forgetOldOnes() {
  const oldest = Date.now() - DAYS * 24 * 3600 * 1000;
  for (const name of attempt(() => Object.keys(localStorage)) ?? []) {
    if (name.startsWith(PREFIX) && !(read(name)?.at > oldest)) forget(name);
  }
}

const pageAddress = () => location.href.replace(/#.*/, "");
const nothingIsSending = () => attempt(() => sessionStorage.removeItem(SENDING));

function isAskedForAgain(name) {
  const textareas = [...document.querySelectorAll("[data-draft-key]")].filter((textarea) => nameOf(textarea) === name);
  return textareas.some((textarea) => textarea.value.trim() || textarea.form?.querySelector(".error-summary, [aria-invalid]"));
}

// Called on every page: was it the answer to a form that was sent?
export function settle() {
  const sending = attempt(() => JSON.parse(sessionStorage.getItem(SENDING)));
  if (sending) {
    nothingIsSending();
    const { type, responseStatus } = performance.getEntriesByType("navigation")[0] ?? {};
    const isFromServer = !(responseStatus >= 400) && !document.querySelector("[data-unreachable]");
    const isAnswer = type === "navigate" && document.referrer === sending.from && isFromServer;
    if (isAnswer && !isAskedForAgain(sending.name)) forget(sending.name);
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted) nothingIsSending();
  });
  forgetOldOnes();
}

function offerToDiscard(textarea, name) {
  const note = document.createElement("p");
  note.className = "draft-note";
  note.setAttribute("role", "status");
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "link-button";
  discard.textContent = gettext("Discard it");
  discard.addEventListener("click", () => {
    textarea.value = textarea.defaultValue;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
    forget(name);
    note.remove();
    textarea.focus();
  });
  note.append(gettext("What you had written here is back."), discard);
  textarea.after(note);
  return note;
}

export function mount(textarea) {
  const name = nameOf(textarea);
  const kept = read(name);
  let note = null;
  if (kept?.text && textarea.value === textarea.defaultValue && textarea.defaultValue !== kept.text) {
    textarea.value = kept.text;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
    note = offerToDiscard(textarea, name);
  }
  textarea.addEventListener("input", () => {
    if (textarea.value === textarea.defaultValue) forget(name);
    else keep(name, textarea.value);
  });
  textarea.addEventListener("draft:sent", () => {
    forget(name);
    note?.remove();
  });
  textarea.form?.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    attempt(() => sessionStorage.setItem(SENDING, JSON.stringify({ name, from: pageAddress() })));
  });
}
