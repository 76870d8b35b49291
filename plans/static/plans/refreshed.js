// Keeps a page of the plan true while others change it: asks for the page again after an event of the plan's stream and
// puts what differs in its place. Rows that are being edited are left alone until they are not; the focus stays.
//
//   <div data-module="plans/refreshed" data-page="/groups/agrifood/plan/actions/" data-stream="plan:agrifood" data-head="12"
//        data-about="action. section." data-poll="/api/plans/agrifood/events">
//     <div data-part="stale" role="alert" hidden></div>
//     <section id="totals" data-refresh>… <tbody id="rows" data-rows><tr id="action-3">…</tr></tbody> …</section>
//   </div>
//
// Other modules dispatch "refresh" on the element after a change of their own, with the page as `detail` if they were
// answered with it; it dispatches "refreshed" when all is in its place. What is edited has `data-editing` in it.

import { subscribe } from "../live/live.js";
import { mountAll } from "../workspace/modules.js";

const PAUSE_MS = 150;

// An element as it was sent: without the form's token, which differs each time, what scripts add and what was opened.
function sent(element) {
  const copy = element.cloneNode(true);
  for (const added of copy.querySelectorAll("[name=csrfmiddlewaretoken], [data-added]")) added.remove();
  for (const opened of copy.querySelectorAll("details[open]")) opened.removeAttribute("open");
  copy.normalize();
  return copy.innerHTML.replace(/\s+/g, " ");
}

const isEdited = (element) => element.matches("[data-editing]") || element.querySelector("[data-editing]") !== null;

// The values of a row in which one is being edited: all the others.
function putValues(row, fresh) {
  for (const next of fresh.querySelectorAll("[data-field]")) {
    const old = row.querySelector(`[data-field="${next.dataset.field}"]`);
    if (old && !isEdited(old) && sent(old) !== sent(next)) old.replaceWith(document.adoptNode(next));
  }
}

// A row in the place of another: what was opened in that one is open in it.
function putRow(row, next) {
  const details = next.querySelectorAll("details");
  for (const [place, old] of row.querySelectorAll("details").entries()) if (old.open && details[place]) details[place].open = true;
  row.replaceWith(next);
}

// The rows of `fresh` by their ids, in its order; a row that is the same, or is edited, stays the element it was.
function putRows(rows, fresh) {
  const here = new Map([...rows.children].map((row) => [row.id, row]));
  let before = null;
  for (const next of [...fresh.children]) {
    const old = here.get(next.id);
    here.delete(next.id);
    let row = old;
    if (old && isEdited(old)) {
      putValues(old, next);
    } else if (!old || sent(old) !== sent(next)) {
      row = document.adoptNode(next);
      if (old) putRow(old, row);
    }
    const place = before ? before.nextElementSibling : rows.firstElementChild;
    if (row !== place) rows.insertBefore(row, place);
    before = row;
  }
  for (const gone of here.values()) if (!isEdited(gone)) gone.remove();
}

// What has the focus, so that it can be found again in what takes its place.
function focusKeeper(root) {
  const element = document.activeElement;
  if (!root.contains(element) || element === root) return () => {};
  const { key } = element.dataset;
  const { id } = element;
  const row = element.closest("[data-rows] > [id]")?.id;
  return () => {
    if (element.isConnected) {
      // A row that was moved lost the focus on the way.
      if (document.activeElement !== element) element.focus();
      return;
    }
    const scope = (row && document.getElementById(row)) ?? root;
    const again = key ? (scope.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? scope.querySelector("[data-key]")) : id && document.getElementById(id);
    (again || scope.querySelector("a, button"))?.focus();
  };
}

class Refreshed {
  constructor(root) {
    this.root = root;
    this.work = Promise.resolve();
    this.timer = null;
    root.addEventListener("refresh", ({ detail }) => (detail ? this.later(() => this.put(detail)) : this.soon(0)));
  }

  soon(pause = PAUSE_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.later(() => this.fetch()), pause);
  }

  // One after the other, so that an older page never takes the place of a newer one.
  later(step) {
    this.work = this.work.then(step).catch(() => this.stale(gettext("This page is not up to date. Load it again.")));
  }

  stale(words) {
    const notice = this.root.querySelector('[data-part="stale"]');
    notice.textContent = words;
    notice.hidden = !words;
  }

  async fetch() {
    const answer = await fetch(this.root.dataset.page, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(`The page answered ${answer.status}`);
    await this.put(await answer.text());
  }

  async put(text) {
    if (this.root.querySelector("[data-dragging]")) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    const keepFocus = focusKeeper(this.root);
    for (const part of this.root.querySelectorAll("[data-refresh]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh) continue;
      const rows = part.querySelector("[data-rows]");
      const freshRows = fresh.querySelector("[data-rows]");
      if (rows && freshRows) {
        putRows(rows, freshRows);
        for (const other of part.querySelectorAll("[data-beside-rows]")) {
          const next = page.getElementById(other.id);
          if (next && sent(next) !== sent(other)) other.replaceWith(document.adoptNode(next));
        }
      } else if (sent(part) !== sent(fresh) && !isEdited(part)) {
        part.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
      }
    }
    await mountAll(this.root);
    this.stale("");
    this.root.dispatchEvent(new CustomEvent("refreshed"));
    keepFocus();
  }
}

export function mount(root) {
  const page = new Refreshed(root);
  const about = root.dataset.about.split(" ");
  subscribe(root.dataset.stream, Number(root.dataset.head), {
    onEvent: ({ event }) => about.some((name) => event.startsWith(name)) && page.soon(),
    onRefetch: () => page.fetch(),
    onRefused: () => page.stale(gettext("You may no longer read this plan.")),
    pollUrl: root.dataset.poll,
  });
}
