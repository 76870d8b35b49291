// One photo of a form: sent as soon as it is chosen, with its progress; sent again after a failure, and never twice.
//
//   <li class="photo-line"><img alt=""> <p data-photo-state></p> <progress hidden></progress> <input type="hidden" name="waiting" disabled>
//     <label>…</label><input type="text" data-described> <button data-again hidden>…</button> <button data-leave-out>…</button></li>
//
// It is "sending", "ready" (the server has it), "lost" (no answer: try again) or "refused" (the server will not take it).

import { csrfToken } from "../workspace/csrf.js";

const PATIENCE = 180_000;

export class PhotoLine {
  // photo: {key, at, file, id, description} as the shelf keeps it; onChange is called whenever its state changed.
  constructor(element, photo, { address, shelf, onChange }) {
    Object.assign(this, { element, photo, address, shelf, onChange });
    this.words = element.querySelector("[data-photo-state]");
    this.progress = element.querySelector("progress");
    this.id = element.querySelector("[name=waiting]");
    this.described = element.querySelector("[data-described]");
    this.again = element.querySelector("[data-again]");
    this.described.id = `described-${photo.key}`;
    this.described.value = photo.description ?? "";
    this.described.previousElementSibling.htmlFor = this.described.id;
    this.described.addEventListener("input", () => this.keep());
    this.again.addEventListener("click", () => this.send());
    element.querySelector("[data-leave-out]").addEventListener("click", () => this.leaveOut());
    const image = element.querySelector("img");
    image.addEventListener("error", () => image.removeAttribute("src"), { once: true });
    if (photo.file) {
      image.src = URL.createObjectURL(photo.file);
      image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    } else if (photo.source) image.src = photo.source;
    this.state = "new";
    if (photo.id) this.ready(photo.id);
  }

  get isSettled() {
    return this.state === "ready" || this.state === "lost" || this.state === "refused";
  }

  keep() {
    return this.shelf.keep({ ...this.photo, source: undefined, description: this.described.value });
  }

  // Resolves, whatever came of it.
  send() {
    if (this.state === "ready" || this.state === "sending") return Promise.resolve();
    this.turn("sending", gettext("Sending…"), "state");
    this.progress.value = 0;
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open("POST", this.address);
      request.setRequestHeader("X-CSRFToken", csrfToken());
      request.setRequestHeader("Idempotency-Key", this.photo.key);
      request.timeout = PATIENCE;
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        this.progress.value = total ? (100 * loaded) / total : 0;
      });
      request.addEventListener("load", () => this.answered(request));
      request.addEventListener("error", () => this.lost(gettext("No connection. The photo is kept here.")));
      request.addEventListener("timeout", () => this.lost(gettext("The answer takes too long. The photo is kept here.")));
      request.addEventListener("loadend", resolve);
      const body = new FormData();
      body.append("photo", this.photo.file, this.photo.file.name || "photo");
      request.send(body);
    });
  }

  answered({ status, responseText }) {
    const answer = parsed(responseText);
    if ((status === 200 || status === 201) && answer) this.ready(answer.id);
    else if (status === 422) this.turn("refused", answer?.errors?.[0]?.message ?? answer?.detail ?? "", "state state-bad");
    else if (status === 401) this.lost(gettext("You are signed out. Sign in in another tab, then try again."));
    else this.lost(gettext("The server could not take it now. The photo is kept here."));
  }

  ready(id) {
    this.photo = { ...this.photo, id, file: null };
    this.id.value = id;
    this.id.disabled = false;
    this.described.name = `described-${id}`;
    this.keep();
    this.turn("ready", gettext("Ready"), "state state-good");
  }

  lost(message) {
    this.turn("lost", message, "state state-warn");
  }

  turn(state, words, classes) {
    this.state = state;
    this.words.textContent = words;
    this.words.className = classes;
    this.progress.hidden = state !== "sending";
    this.again.hidden = state !== "lost";
    this.onChange(this);
  }

  leaveOut() {
    this.request?.abort();
    if (this.photo.id) {
      fetch(`/api/visits/photos/${this.photo.id}`, { method: "DELETE", headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
    }
    this.shelf.forget(this.photo.key);
    this.element.remove();
    this.state = "gone";
    this.onChange(this);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
