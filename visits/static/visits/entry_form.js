// A log entry on the phone. Photos are sent one by one as soon as they are chosen (photo_line.js) and kept on the device
// until then (photo_shelf.js); the entry follows with its words, again after a failure, and never twice (its key stays
// the same until the server has answered).
//
//   <form data-module="visits/entry_form" data-api="/api/visits/3/entries" data-photos="/api/visits/3/photos"
//         data-shelf="visit:3:new" data-most="12">
//     <ul data-chosen></ul> <input type="file" name="photos" multiple> <template data-photo><li>…</li></template>
//     <p data-failure hidden></p> <p data-saved hidden><a target="_blank">…</a></p> <p data-status hidden></p> <button>Log it</button>
//   </form>
//
// Without data-api (an entry that is edited) the form is sent the plain way, once its photos are there.

import { csrfToken } from "../workspace/csrf.js";
import { PhotoLine } from "./photo_line.js";
import { PhotoShelf } from "./photo_shelf.js";
import { shrunk } from "./shrink.js";

class Photos {
  constructor(form) {
    this.list = form.querySelector("[data-chosen]");
    this.template = form.querySelector("template[data-photo]");
    this.address = form.dataset.photos;
    this.most = Number(form.dataset.most);
    this.shelf = new PhotoShelf(form.dataset.shelf);
    this.lines = new Set();
    this.work = Promise.resolve();
    this.inputs = [...form.querySelectorAll("input[type=file]")];
    for (const input of this.inputs) input.addEventListener("change", () => this.take(input));
    addEventListener("online", () => this.sendLost());
  }

  // What waits on the server and what is kept on this device, each photo once.
  async restore() {
    const kept = await this.shelf.all();
    for (const element of this.list.querySelectorAll("[data-waiting]")) {
      const id = Number(element.dataset.waiting);
      const known = kept.find((photo) => photo.id === id);
      const typed = element.querySelector("[name^=described-]").value;
      const photo = { key: known?.key ?? `waiting-${id}`, id, file: null, description: typed || known?.description, source: element.querySelector("img").src };
      this.put(photo, element);
    }
    const shown = new Set([...this.lines].map((line) => line.photo.key));
    for (const photo of kept) {
      if (shown.has(photo.key)) continue;
      if (photo.file) this.send(this.put(photo));
      else await this.shelf.forget(photo.key); // the server has it in an entry by now, or has let it go
    }
  }

  put(photo, instead) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    if (instead) instead.replaceWith(element);
    else this.list.append(element);
    const line = new PhotoLine(element, photo, { address: this.address, shelf: this.shelf, onChange: (changed) => this.changed(changed) });
    this.lines.add(line);
    this.settle();
    return line;
  }

  changed(line) {
    if (line.state === "gone") {
      this.lines.delete(line);
      this.inputs.at(-1).focus();
    }
    // An earlier attempt whose answer was lost: the photo stands here already.
    const twin = [...this.lines].find((other) => other !== line && line.photo.id && other.photo.id === line.photo.id);
    if (twin) {
      this.lines.delete(line);
      line.element.remove();
    }
    this.settle();
  }

  async take(input) {
    const files = [...input.files];
    input.value = "";
    const put = files.map((file, order) => this.put({ key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, at: Date.now() + order, file, id: null }));
    for (const line of put) {
      line.photo.file = await shrunk(line.photo.file);
      await line.keep();
      this.send(line);
    }
  }

  // One after the other: on a thin line two at once are both late.
  send(line) {
    this.work = this.work.then(() => (this.lines.has(line) ? line.send() : null));
  }

  sendLost() {
    for (const line of this.lines) if (line.state === "lost") this.send(line);
  }

  settle() {
    const message = ngettext("At most %(count)s photo. Leave some out.", "At most %(count)s photos. Leave some out.", this.most);
    this.inputs.at(-1).setCustomValidity(this.lines.size > this.most ? interpolate(message, { count: this.most }, true) : "");
  }

  in(state) {
    return [...this.lines].filter((line) => line.state === state);
  }

  get areSettled() {
    return [...this.lines].every((line) => line.isSettled);
  }

  // Resolves once every photo is with the server, or will not be without a person.
  async sent() {
    this.sendLost();
    while (!this.areSettled) {
      await this.work;
      if (!this.areSettled) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

class Sending {
  constructor(form, photos) {
    this.form = form;
    this.photos = photos;
    this.button = form.querySelector("button.button-primary");
    this.failure = form.querySelector("[data-failure]");
    this.saved = form.querySelector("[data-saved]");
    this.status = form.querySelector("[data-status]");
    form.addEventListener("submit", (event) => this.start(event), { capture: true });
  }

  async start(event) {
    if (this.isReady) return; // the plain way, with its photos there
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    this.forgetFailures();
    this.button.disabled = true;
    if (!this.photos.areSettled) this.show(gettext("Waiting for the photos…"));
    await this.photos.sent();
    const refused = this.photos.in("refused").length;
    const lost = this.photos.in("lost").length;
    if (refused) this.failed(ngettext("A photo cannot be taken. Leave it out, then send again.", "Some photos cannot be taken. Leave them out, then send again.", refused));
    else if (lost) this.failed(gettext("There is no connection. Nothing is lost: send it again."));
    else if (this.form.dataset.api) this.send();
    else this.sendThePlainWay();
  }

  sendThePlainWay() {
    this.isReady = true;
    this.button.disabled = false;
    this.photos.shelf.clear();
    this.form.requestSubmit(this.button);
    this.isReady = false;
    this.isUnderWay = false;
  }

  async send() {
    this.show(gettext("Sending…"));
    const body = new FormData(this.form);
    body.delete("csrfmiddlewaretoken"); // it would count before the header's
    body.delete("photos");
    const headers = { "X-CSRFToken": csrfToken(), "Idempotency-Key": this.form.elements.idempotency_key.value };
    try {
      const answer = await fetch(this.form.dataset.api, { method: "POST", headers, body, signal: AbortSignal.timeout(120_000) });
      await this.answered(answer.status, await answer.json().catch(() => null));
    } catch (error) {
      const late = error.name === "TimeoutError";
      this.failed(late ? gettext("The answer takes too long. Send it again; it is logged only once.") : gettext("There is no connection. Nothing is lost: send it again."));
    }
  }

  async answered(status, answer) {
    if (status === 200 || status === 201) {
      this.form.elements.source.dispatchEvent(new Event("draft:sent"));
      this.show(gettext("Saved."));
      await this.photos.shelf.clear();
      location.assign(answer.page);
      return;
    }
    if (status === 401) this.failed(gettext("You are signed out. Sign in in another tab, then send it again."));
    else this.failed(answer?.detail ?? gettext("The server could not take it. Send it again."));
    // An earlier attempt was saved though its answer was lost; what was added since stays in the form.
    if (status === 409 && answer?.edit) {
      this.saved.firstElementChild.href = answer.edit;
      this.saved.hidden = false;
    }
    for (const { field, message } of answer?.errors ?? []) this.mark(field, message);
  }

  failed(message) {
    this.isUnderWay = false;
    this.button.disabled = false;
    this.status.hidden = true;
    this.failure.textContent = message;
    this.failure.hidden = false;
    if (this.form.dataset.api) this.button.textContent = gettext("Send again");
  }

  mark(field, message) {
    const input = field === "photos" ? this.photos.inputs.at(-1) : this.form.elements.namedItem(field);
    const holder = input?.closest?.(".field");
    if (!holder) return;
    const error = document.createElement("p");
    error.className = "field-error";
    error.dataset.fromServer = "";
    error.id = `${input.id}_error`;
    error.textContent = message;
    holder.classList.add("has-error");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", error.id);
    input.before(error);
    input.focus();
  }

  forgetFailures() {
    this.failure.hidden = true;
    this.saved.hidden = true;
    for (const error of this.form.querySelectorAll("[data-from-server]")) error.remove();
    for (const holder of this.form.querySelectorAll(".field.has-error")) holder.classList.remove("has-error");
    for (const input of this.form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  }

  show(message) {
    this.status.textContent = message;
    this.status.hidden = false;
  }
}

export async function mount(form) {
  const photos = new Photos(form);
  new Sending(form, photos);
  await photos.restore();
}
