// A consultation's open page: what regions say appears by itself, and a form that somebody fills in is left alone.
//
//   <div data-module="plans/consultation" data-consultation="2" data-address="/…/consultation/2/" data-slug="agrifood"
//       data-stream="plan:agrifood" data-after="17">
//     <p role="status" data-part="announcer"></p> <p data-part="changed" hidden>…</p> <p data-part="connection" hidden></p>
//     <section id="agreement-state" data-live-part>…</section>
//   </div>
//
// An event says which region spoke; the page is asked for what it said, so that each sees what is theirs. Who speaks for
// a region and does not read the group has no stream (`data-stream=""`): their page asks now and then.

import { connect, subscribe } from "../live/live.js";
import { fetchParts } from "../workspace/live_parts.js";

const ASK_MS = 30_000;

class Consultation {
  constructor(element) {
    this.element = element;
    this.part = (name) => element.querySelector(`[data-part="${name}"]`);
    this.work = Promise.resolve();
    this.isStale = false;
  }

  onEvent({ event, data }) {
    if (event === "region.spoke" && String(data.number) === this.element.dataset.consultation) {
      this.later(() => this.askAgain({ says: true }));
    } else if (event.startsWith("consultation.")) {
      this.later(() => this.askAgain({ says: false }));
      this.part("changed").hidden = false;
    }
  }

  // One request after the other, so that an older answer never replaces a newer one.
  later(step) {
    this.work = this.work.then(step).catch(() => {
      this.isStale = true;
      this.showConnection();
    });
  }

  async askAgain({ says }) {
    const page = await fetchParts(this.element.dataset.address);
    this.isStale = false;
    this.showConnection();
    const progress = page.getElementById("agreement-progress")?.textContent;
    if (says && progress) this.part("announcer").textContent = progress;
  }

  onConnection() {
    const { state } = connect();
    if (this.isStale && (state === "live" || state === "polling")) this.later(() => this.askAgain({ says: false }));
    this.showConnection();
  }

  showConnection() {
    const line = this.part("connection");
    const isOff = this.element.dataset.stream && connect().state === "connecting";
    const words = isOff
      ? gettext("No connection. New words appear when it is back.")
      : this.isStale
        ? gettext("This page is not up to date. Load it again.")
        : "";
    line.textContent = words;
    line.hidden = !words;
  }
}

export function mount(element) {
  const consultation = new Consultation(element);
  const { stream, after, slug } = element.dataset;
  if (!stream) {
    setInterval(() => {
      if (!document.hidden) consultation.later(() => consultation.askAgain({ says: true }));
    }, ASK_MS);
    return;
  }
  subscribe(stream, Number(after), {
    onEvent: (event) => consultation.onEvent(event),
    onRefetch: () => location.reload(),
    pollUrl: `/api/plans/${encodeURIComponent(slug)}/events`,
  });
  connect().addEventListener("change", () => consultation.onConnection());
}
