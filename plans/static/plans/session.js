// A plan's document in this tab: its copy on this device, the connection, the undo of each of its texts, what of them
// waits to be saved.

import { KeptCopy } from "../collab/kept_copy.js";
import { DocumentProvider } from "../collab/provider.js";
import { unsavedTexts } from "../collab/unsaved.js";
import { Y } from "../vendor/editor.js";

const NOT_THEIRS_ANY_MORE = new Set(["signed-out", "not-yours"]);

/**
 * Sends "ready" once, when there is text to show: what is kept on this device, or what the server has; "state" as the
 * provider does; and "waiting" when another section has something unsaved, none has any more, or what waits is on this device.
 */
export class Session extends EventTarget {
  /** Resolves when what is kept on this device has been read. */
  static async open(slug) {
    const doc = new Y.Doc();
    const kept = new KeptCopy(doc, "plan", slug);
    await kept.loaded;
    return new Session(slug, doc, kept);
  }

  constructor(slug, doc, kept) {
    super();
    this.doc = doc;
    this.kept = kept;
    this.provider = new DocumentProvider("plan", slug, doc, { hasUnsaved: kept.waiting.size > 0, isKept: () => kept.isWritten });
    this.awareness = this.provider.awareness;
    this.undo = new Map();
    this.isReady = doc.store.clients.size > 0;
    this.unsaved = unsavedTexts(doc, this.provider, {
      waiting: kept.waiting,
      onChange: (texts) => {
        kept.wait(texts);
        this.dispatchEvent(new Event("waiting"));
      },
    });
    kept.onWritten = () => this.provider.state === "offline" && this.dispatchEvent(new Event("waiting"));
    this.provider.addEventListener("synced", () => {
      if (this.isReady) return;
      this.isReady = true;
      this.dispatchEvent(new Event("ready"));
    });
    this.provider.addEventListener("state", () => this.stateChanged());
  }

  stateChanged() {
    const { state, reason } = this.provider;
    if (state === "failed" && NOT_THEIRS_ANY_MORE.has(reason)) this.kept.forget();
    if (state === "saved" && !this.kept.isOpen) this.kept.open(); // signed in again
    this.dispatchEvent(new Event("state"));
  }

  get hasFailed() {
    return this.provider.state === "failed";
  }

  text(id) {
    return this.doc.getText(id);
  }

  undoOf(id) {
    if (!this.undo.has(id)) this.undo.set(id, new Y.UndoManager(this.text(id)));
    return this.undo.get(id);
  }

  /** Ends it and lets go of what is unsaved, here and on this device. */
  async discard() {
    this.isReady = false;
    this.provider.destroy();
    await this.kept.forget();
    this.doc.destroy();
  }
}
