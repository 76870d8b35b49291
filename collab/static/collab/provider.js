/**
 * Keeps a Y.Doc and its awareness in step with the server, and says truthfully whether what was typed is saved.
 *
 *     const doc = new Y.Doc();
 *     const provider = new DocumentProvider("plan", "agrifood", doc);
 *     provider.addEventListener("state", () => show(provider.state, provider.reason));
 *     yCollab(doc.getText(sectionId), null);            // edit the texts; provider.awareness carries carets
 *     provider.destroy();
 *
 * `state` is one of
 *
 *     "connecting"  there is no connection yet, or it is being brought into step
 *     "saved"       everything that was typed here is committed on the server
 *     "saving"      something typed here is on its way, or not acknowledged yet
 *     "offline"     the connection is lost and will be tried again; what is typed stays in the document until then
 *     "failed"      the server will not take it; `reason` says why, `describe(reason)` in words; `retry()` tries again
 *
 * `hasUnsaved` is true while something typed here is not acknowledged; leaving the page then asks first, unless
 * `isKept()` says that the document is kept on this device. The event
 * "synced" is sent whenever the document has everything that the server has. The server names people itself: whatever
 * the awareness state holds under `user` is replaced by who is signed in.
 */

import {
  Awareness,
  Y,
  applyAwarenessUpdate,
  decoding,
  encodeAwarenessUpdate,
  encoding,
  removeAwarenessStates,
} from "../vendor/editor.js";

const SYNC = 0;
const AWARENESS = 1;
const DENIED = 2;
const QUERY_AWARENESS = 3;
const SAVED = 4;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

const FINAL_CODES = { 4400: "refused", 4401: "signed-out", 4403: "not-yours" };
const SHORTEST_PAUSE = 300;
const LONGEST_PAUSE = 15000;
const HEARTBEAT = 15000;
const SILENCE = 40000;

/** A reason of the state "failed", in words for the person at the screen. */
export function describe(reason) {
  switch (reason) {
    case "signed-out":
      return gettext("You are signed out. Sign in again in another tab, then try again here.");
    case "not-yours":
      return gettext("You may no longer read this document.");
    case "read-only":
      return gettext("You may read this document, but not write into it.");
    case "locked-text":
      return gettext("This text has been locked.");
    case "unknown-text":
      return gettext("This text has been taken out of the document.");
    case "text-too-large":
      return gettext("This text has become too large: 1 MB is the most.");
    case "document-too-large":
      return gettext("The document has become too large: 5 MB is the most.");
    case "conflict":
      return gettext("This page no longer fits the document. Copy what you need, then reload the page.");
    default:
      return gettext("The server refused the change. Copy what you need, then reload the page.");
  }
}

function message(type, write) {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write?.(encoder);
  return encoding.toUint8Array(encoder);
}

function syncMessage(step, content) {
  return message(SYNC, (encoder) => {
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, content);
  });
}

function reasonIn(text) {
  try {
    return JSON.parse(text).reason;
  } catch {
    return null;
  }
}

export class DocumentProvider extends EventTarget {
  /**
   * `hasUnsaved` says whether the document holds what the server may not have, kept from an earlier time, and `isKept()`
   * whether it is kept on this device now. `origin` and `Socket` stand in for the page's own address and WebSocket in tests.
   */
  constructor(kind, key, doc, options = {}) {
    const { awareness = new Awareness(doc), hasUnsaved = false, isKept = () => false, origin = location.origin, Socket = WebSocket } = options;
    super();
    this.doc = doc;
    this.awareness = awareness;
    this.state = "connecting";
    this.reason = null;
    this.hasUnsaved = hasUnsaved;
    this.isKept = isKept;
    this.url = `${origin.replace(/^http/, "ws")}/ws/docs/${kind}/${encodeURIComponent(key)}?ack=1`;
    this.Socket = Socket;
    this.socket = null;
    this.failures = 0;
    this.timer = null;
    this.onDocUpdate = (update, origin_) => this.sendUpdate(update, origin_);
    this.onAwarenessUpdate = (changes, origin_) => this.sendAwareness(changes, origin_);
    this.onOnline = () => this.reconnectNow();
    this.onOffline = () => this.giveUp();
    this.onBeforeUnload = (event) => {
      if (this.hasUnsaved && !this.isKept()) event.preventDefault();
    };
    doc.on("update", this.onDocUpdate);
    awareness.on("update", this.onAwarenessUpdate);
    globalThis.addEventListener?.("online", this.onOnline);
    globalThis.addEventListener?.("offline", this.onOffline);
    globalThis.addEventListener?.("beforeunload", this.onBeforeUnload);
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT);
    this.connect();
  }

  /** Ends the connection for good. */
  destroy() {
    clearInterval(this.heartbeat);
    clearTimeout(this.timer);
    this.doc.off("update", this.onDocUpdate);
    this.awareness.off("update", this.onAwarenessUpdate);
    globalThis.removeEventListener?.("online", this.onOnline);
    globalThis.removeEventListener?.("offline", this.onOffline);
    globalThis.removeEventListener?.("beforeunload", this.onBeforeUnload);
    this.drop();
    this.awareness.destroy();
  }

  /** Tries again after "failed", for example when somebody has signed in again. */
  retry() {
    if (this.state !== "failed") return;
    this.failures = 0;
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    const socket = new this.Socket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.sent = 0;
    this.acknowledged = 0;
    this.hasAnswered = false;
    this.isSynced = false;
    this.refusal = null;
    this.heardAt = Date.now();
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event) => this.received(socket, new Uint8Array(event.data));
    socket.onclose = (event) => this.closed(socket, event.code);
    if (this.state !== "offline") this.become("connecting");
  }

  opened(socket) {
    if (socket !== this.socket) return;
    socket.send(syncMessage(STEP_1, Y.encodeStateVector(this.doc)));
    if (this.awareness.getLocalState() !== null) this.sendAwareness(null, "local");
  }

  received(socket, data) {
    if (socket !== this.socket) return;
    this.heardAt = Date.now();
    const decoder = decoding.createDecoder(data);
    switch (decoding.readVarUint(decoder)) {
      case SYNC:
        this.synchronise(decoder);
        break;
      case AWARENESS:
        applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), this);
        break;
      case DENIED:
        if (decoding.readVarUint(decoder) === 0) this.refusal = reasonIn(decoding.readVarString(decoder));
        break;
      case SAVED:
        this.acknowledged = decoding.readVarUint(decoder);
        break;
    }
    this.judge();
  }

  synchronise(decoder) {
    const step = decoding.readVarUint(decoder);
    const content = decoding.readVarUint8Array(decoder);
    if (step === STEP_1) {
      // The answer holds all that the server lacks: whatever was typed before it was not sent on its own.
      this.hasAnswered = true;
      this.sendSync(STEP_2, Y.encodeStateAsUpdate(this.doc, content));
    } else {
      Y.applyUpdate(this.doc, content, this);
      if (step === STEP_2 && !this.isSynced) {
        this.isSynced = true;
        this.failures = 0;
        this.dispatchEvent(new Event("synced"));
      }
    }
  }

  sendSync(step, content) {
    this.sent += 1;
    this.socket.send(syncMessage(step, content));
  }

  sendUpdate(update, origin) {
    if (origin === this) return;
    this.hasUnsaved = true;
    if (this.socket?.readyState === 1) {
      if (this.hasAnswered) this.sendSync(UPDATE, update);
    } else {
      // Not sent: whatever this connection still hears, it cannot have saved everything.
      this.hasAnswered = false;
      if (this.state === "saved" || this.state === "saving") this.become("offline");
    }
    this.judge();
  }

  sendAwareness(changes, origin) {
    if (origin === this || this.socket?.readyState !== 1) return;
    const { clientID } = this.awareness;
    if (changes && ![changes.added, changes.updated, changes.removed].some((ids) => ids.includes(clientID))) return;
    const own = encodeAwarenessUpdate(this.awareness, [clientID]);
    this.socket.send(message(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, own)));
  }

  /** Works out the state of an open connection from what was sent and what is acknowledged. */
  judge() {
    if (this.socket === null || this.state === "failed") return;
    if (!this.hasAnswered || !this.isSynced) return;
    if (this.acknowledged >= this.sent) {
      this.hasUnsaved = false;
      this.become("saved");
    } else if (this.hasUnsaved) {
      this.become("saving");
    }
  }

  become(state, reason = null) {
    if (this.state === state && this.reason === reason) return;
    this.state = state;
    this.reason = reason;
    this.dispatchEvent(new Event("state"));
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.awareness.clientID);
    removeAwarenessStates(this.awareness, others, this);
  }

  closed(socket, code) {
    if (socket !== this.socket) return;
    this.drop();
    if (code in FINAL_CODES) {
      this.become("failed", this.refusal ?? FINAL_CODES[code]);
      if (code !== 4400) globalThis.document?.dispatchEvent(new Event("access-ended"));
      return;
    }
    this.become("offline");
    const pause = Math.min(SHORTEST_PAUSE * 2 ** this.failures, LONGEST_PAUSE);
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2));
  }

  reconnectNow() {
    if (this.state !== "offline") return;
    this.failures = 0;
    if (this.socket === null) this.connect();
  }

  /** Treats the connection as broken: whoever writes learns it at once, and a new one is tried for. */
  giveUp() {
    if (this.socket !== null) this.closed(this.socket, 1006);
  }

  /** Notices a connection that died without a word: the server answers each of these questions. */
  beat() {
    if (this.socket === null) return;
    if (Date.now() - this.heardAt > SILENCE) this.giveUp();
    else if (this.socket.readyState === 1) this.socket.send(message(QUERY_AWARENESS));
  }
}
