// An open visit: what is logged while one looks at it appears by itself, and what else changes is put in its place.
//
//   <div data-module="visits/visit" data-stream="visit:3" data-after="17" data-visit="3">
//     <ol data-entries><li data-entry="5" data-seen="1337000000">…</li></ol> <div data-no-entries hidden>…</div>
//     <section id="visit-lessons" data-live-part>…</section> <p class="state" data-connection hidden></p>
//   </div>
//
// Events say what changed, not how; the page of the one who looks is asked for it, so that each sees what is theirs.

import { connect, subscribe } from "../live/live.js";
import { mountAll } from "../workspace/modules.js";
import { fetchParts } from "../workspace/live_parts.js";

class Visit {
  constructor(element) {
    this.element = element;
    this.entries = element.querySelector("[data-entries]");
    this.none = element.querySelector("[data-no-entries]");
    this.connection = element.querySelector("[data-connection]");
    this.wanted = new Set();
    this.work = Promise.resolve();
    this.isStale = false; // whether something that changed could not be fetched
  }

  onEvent(name, data) {
    if (this.isStale) this.later(() => this.fetchEverything());
    else if (name.startsWith("entry.")) this.later(() => this.fetchEntry(data.entry));
    else this.later(() => fetchParts());
  }

  // One request after the other, so that an older answer never replaces a newer one.
  later(step) {
    this.work = this.work.then(step).catch(() => this.stale());
  }

  stale() {
    this.isStale = true;
    this.showConnection();
  }

  // A page that missed something says so until it has caught up, which it tries once there is a connection again.
  onConnection() {
    const { state } = connect();
    if (this.isStale && (state === "live" || state === "polling")) this.later(() => this.fetchEverything());
    this.showConnection();
  }

  showConnection() {
    const words = {
      connecting: gettext("No connection. New entries appear when it is back."),
      "signed-out": gettext("You are signed out."),
      refused: gettext("You may no longer read this visit."),
    };
    const missed = this.isStale ? gettext("This page is not up to date. Load it again.") : "";
    this.say(words[connect().state] ?? missed);
  }

  say(words) {
    this.connection.textContent = words;
    this.connection.hidden = !words;
  }

  async fetchEntry(id) {
    const answer = await fetch(`/visits/${this.element.dataset.visit}/entries/${id}/`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`entry ${id}: ${answer.status}`);
    const holder = document.createElement("ol");
    holder.innerHTML = await answer.text();
    this.put(holder.firstElementChild);
  }

  put(entry) {
    const old = this.entries.querySelector(`[data-entry="${entry.dataset.entry}"]`);
    old?.remove();
    const later = ({ dataset: { seen, entry: id } }) => Number(seen) - Number(entry.dataset.seen) || Number(id) - Number(entry.dataset.entry);
    const next = [...this.entries.children].find((other) => later(other) < 0);
    this.entries.insertBefore(entry, next ?? null);
    if (!old) entry.classList.add("is-new");
    this.none.hidden = true;
    mountAll(entry);
  }

  async fetchEverything() {
    const page = await fetchParts();
    for (const entry of page.querySelectorAll("[data-entry]")) this.put(document.adoptNode(entry));
    this.isStale = false;
    this.showConnection();
  }

}

export function mount(element) {
  const visit = new Visit(element);
  subscribe(element.dataset.stream, Number(element.dataset.after), {
    onEvent: ({ event, data }) => visit.onEvent(event, data),
    onRefetch: () => location.reload(),
    onRefused: () => visit.say(gettext("You may no longer read this visit.")),
    pollUrl: `/api/visits/${element.dataset.visit}/events`,
  });
  connect().addEventListener("change", () => visit.onConnection());
}
