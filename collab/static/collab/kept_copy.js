// A document's copy in this browser: it can be read and written without a network, and what was written so is sent when
// the document is opened with one.

import { copyName, forget, forgetLast, lastIn, remember, rememberLast, rememberWaiting, waitingIn } from "./copies.js";
import { IndexeddbPersistence, Y } from "../vendor/editor.js";

const LONGEST_WAIT = 2000;
const PROBE = "documents-probe";

// Whether this browser lets the page keep anything: some refuse it only when asked.
function isUsable() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(PROBE);
      request.onerror = () => resolve(false);
      request.onsuccess = () => {
        request.result.close();
        indexedDB.deleteDatabase(PROBE);
        resolve(true);
      };
    } catch {
      resolve(false);
    }
  });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT, false));

/**
 *     const kept = new KeptCopy(doc, "plan", "agrifood");
 *     await kept.loaded;                // the document has what was kept; soon, also where nothing can be
 *     kept.waiting                      // Set {"k3v9x2ab"}: in these of its texts something was typed that is not saved
 *     kept.wait(new Set(["k3v9x2ab"]))  // remember this session's; an empty set once all is saved
 *     kept.isWritten                    // all of the document is on this device; `kept.onWritten` is called when it is
 *     kept.forget()
 */
export class KeptCopy {
  constructor(doc, kind, key) {
    this.doc = doc;
    this.name = copyName(kind, key);
    this.session = String(doc.clientID);
    this.before = waitingIn(this.name);
    this.waiting = new Set([...this.before.values()].flat());
    this.isOpen = false;
    this.unwritten = 0;
    this.recent = []; // updates that may not be in the store yet
    this.lastOnes = new Set([this.session]); // sessions whose last words, if there are any, are in the document
    this.onWritten = () => {};
    this.onUpdate = (update, origin) => origin !== this.store && this.follow(update);
    this.onLeaving = () => this.recent.length && rememberLast(this.name, this.session, Y.mergeUpdates(this.recent));
    this.loaded = this.open();
  }

  /** Begins to keep the document, also again after `forget`. */
  async open() {
    if (this.isOpen || !(await Promise.race([isUsable(), pause()])) || !remember(this.name)) return;
    this.isOpen = true;
    this.unwritten = 0;
    this.store = new IndexeddbPersistence(this.name, this.doc);
    this.doc.on("update", this.onUpdate); // after the store's own
    addEventListener("pagehide", this.onLeaving);
    await Promise.race([this.store.whenSynced, pause()]);
    this.takeUpLastWords();
  }

  // A page that is left takes with it what its database was still to write.
  takeUpLastWords() {
    for (const [session, update] of lastIn(this.name)) {
      Y.applyUpdate(this.doc, update, this);
      this.lastOnes.add(session);
    }
    // They may have been in the store already; then nothing follows that would say so.
    if (this.lastOnes.size > 1) this.askWhetherWritten();
  }

  get isWritten() {
    return this.isOpen && this.unwritten === 0;
  }

  follow(update) {
    this.recent.push(update);
    this.askWhetherWritten();
  }

  // A question to the same store is answered after what was written before it.
  askWhetherWritten() {
    if (!this.store.db) return;
    this.unwritten += 1;
    const question = this.store.db.transaction("updates", "readonly").objectStore("updates").count();
    question.onsuccess = () => {
      this.unwritten -= 1;
      if (!this.isWritten) return;
      this.recent = [];
      for (const session of this.lastOnes) forgetLast(this.name, session);
      this.onWritten();
    };
  }

  wait(texts) {
    if (!this.isOpen) return;
    rememberWaiting(this.name, this.session, texts);
    if (texts.size) return;
    // All that was here when this session began has been sent with its own.
    for (const session of this.before.keys()) rememberWaiting(this.name, session, texts);
    this.before.clear();
  }

  /** Lets go of the copy, which stays on this device. */
  async close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.doc.off("update", this.onUpdate);
    removeEventListener("pagehide", this.onLeaving);
    await this.store.destroy();
  }

  /** Takes the copy off this device; the document itself stays as it is. */
  async forget() {
    await this.close();
    forget(this.name);
  }
}
