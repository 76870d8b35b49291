// The provider against a server that the test plays.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

const { DocumentProvider, describe } = await import("../../collab/static/collab/provider.js");
const { Y, decoding, encoding } = await import("../../workspace/static/vendor/editor.js");

const sockets = [];

class FakeSocket {
  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.frames = [];
    sockets.push(this);
  }

  send(frame) {
    this.frames.push(frame);
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  end(code) {
    this.readyState = 3;
    this.onclose({ code });
  }

  say(...parts) {
    const encoder = encoding.createEncoder();
    for (const part of parts) {
      if (typeof part === "number") encoding.writeVarUint(encoder, part);
      else if (typeof part === "string") encoding.writeVarString(encoder, part);
      else encoding.writeVarUint8Array(encoder, part);
    }
    this.onmessage({ data: encoding.toUint8Array(encoder).buffer });
  }

  // Every sync message that came, as [step, content].
  get syncs() {
    return this.frames.filter((frame) => frame[0] === 0).map((frame) => {
      const decoder = decoding.createDecoder(frame);
      decoding.readVarUint(decoder);
      return [decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder)];
    });
  }
}

let doc;
let provider;
let states;

function last() {
  return sockets[sockets.length - 1];
}

// The whole handshake with a server that has this document.
function shake(server = new Y.Doc()) {
  last().open();
  last().say(0, 0, Y.encodeStateVector(server));
  last().say(0, 1, Y.encodeStateAsUpdate(server));
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  sockets.length = 0;
  doc = new Y.Doc();
  provider = new DocumentProvider("plan", "agri food", doc, { origin: "https://example.org", Socket: FakeSocket });
  states = [];
  provider.addEventListener("state", () => states.push(provider.state));
});

afterEach(() => {
  provider.destroy();
  doc.destroy();
  mock.timers.reset();
});

test("it asks for acknowledgements at the document's address", () => {
  assert.equal(last().url, "wss://example.org/ws/docs/plan/agri%20food?ack=1");
  assert.equal(provider.state, "connecting");
});

test("it is saved when everything that was sent is covered, and not before", () => {
  shake();
  assert.equal(provider.state, "connecting");
  last().say(4, 1);
  assert.equal(provider.state, "saved");
  doc.getText("a").insert(0, "x");
  doc.getText("a").insert(1, "y");
  assert.equal(provider.state, "saving");
  assert.ok(provider.hasUnsaved);
  last().say(4, 2);
  assert.equal(provider.state, "saving");
  last().say(4, 3);
  assert.equal(provider.state, "saved");
  assert.ok(!provider.hasUnsaved);
  assert.deepEqual(states, ["saved", "saving", "saved"]);
});

test("what others write does not make it unsaved", () => {
  const server = new Y.Doc();
  shake(server);
  last().say(4, 1);
  server.getText("a").insert(0, "theirs");
  last().say(0, 2, Y.encodeStateAsUpdate(server));
  assert.equal(doc.getText("a").toString(), "theirs");
  assert.equal(provider.state, "saved");
  assert.equal(last().syncs.length, 2);
});

test("what is typed during the handshake goes with the answer, not before it", () => {
  last().open();
  doc.getText("a").insert(0, "early");
  assert.deepEqual(last().syncs.map(([step]) => step), [0]);
  last().say(0, 0, Y.encodeStateVector(new Y.Doc()));
  const copy = new Y.Doc();
  Y.applyUpdate(copy, last().syncs[1][1]);
  assert.equal(copy.getText("a").toString(), "early");
  assert.ok(provider.hasUnsaved);
});

test("it comes back after a break and sends what was typed meanwhile", () => {
  shake();
  last().say(4, 1);
  last().end(1006);
  assert.equal(provider.state, "offline");
  assert.ok(!provider.hasUnsaved);
  doc.getText("a").insert(0, "offline");
  assert.ok(provider.hasUnsaved);
  mock.timers.tick(400);
  assert.equal(sockets.length, 2);
  assert.equal(provider.state, "offline");
  shake();
  assert.equal(provider.state, "saving");
  const copy = new Y.Doc();
  Y.applyUpdate(copy, last().syncs[1][1]);
  assert.equal(copy.getText("a").toString(), "offline");
  last().say(4, 1);
  assert.equal(provider.state, "saved");
});

test("it tries again more and more seldom", () => {
  const pauses = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const began = Date.now();
    const count = sockets.length;
    last().end(4500);
    while (sockets.length === count) mock.timers.tick(10);
    pauses.push(Date.now() - began);
  }
  assert.ok(pauses[0] <= 310 && pauses[7] >= 7500 && pauses[7] <= 15010, String(pauses));
});

for (const [code, reason] of [[4400, "refused"], [4401, "signed-out"], [4403, "not-yours"]]) {
  test(`it does not come back after ${code}`, () => {
    shake();
    last().end(code);
    assert.equal(provider.state, "failed");
    assert.equal(provider.reason, reason);
    mock.timers.tick(60000);
    assert.equal(sockets.length, 1);
  });
}

test("it says why the server refused, and tries again when told", () => {
  shake();
  last().say(4, 1);
  doc.getText("a").insert(0, "x");
  last().say(2, 0, JSON.stringify({ reason: "text-too-large", message: "A text may have 1 MB at most." }));
  last().end(4400);
  assert.deepEqual([provider.state, provider.reason], ["failed", "text-too-large"]);
  assert.equal(describe(provider.reason), "This text has become too large: 1 MB is the most.");
  assert.ok(provider.hasUnsaved);
  doc.getText("a").insert(0, "y");
  assert.equal(provider.state, "failed");
  provider.retry();
  shake();
  last().say(4, 1);
  assert.deepEqual([provider.state, provider.hasUnsaved], ["saved", false]);
});

test("an acknowledgement on a socket that is closing does not cover what it did not send", () => {
  shake();
  last().say(4, 1);
  last().readyState = 2;
  doc.getText("a").insert(0, "x");
  last().say(4, 1);
  assert.equal(provider.state, "offline");
  assert.ok(provider.hasUnsaved);
});

test("a connection that went silent is given up", () => {
  shake();
  last().say(4, 1);
  mock.timers.tick(15000);
  assert.deepEqual([...last().frames.at(-1)], [3]);
  mock.timers.tick(30000);
  assert.equal(provider.state, "offline");
});

test("whoever loses the network is told at once, and everything typed is sent when it is back", () => {
  shake();
  last().say(4, 1);
  doc.getText("a").insert(0, "x");
  provider.onOffline();
  assert.equal(sockets[0].readyState, 3);
  assert.deepEqual(states, ["saved", "saving", "offline"]);
  doc.getText("a").insert(1, "y");
  provider.onOffline();
  provider.onOnline();
  assert.equal(sockets.length, 2);
  shake();
  const copy = new Y.Doc();
  Y.applyUpdate(copy, last().syncs[1][1]);
  assert.equal(copy.getText("a").toString(), "xy");
  last().say(4, 1);
  assert.equal(provider.state, "saved");
});

test("others' carets disappear with the connection, and only one's own is sent", () => {
  shake();
  const other = new Y.Doc();
  const state = JSON.stringify({ user: { name: "Other" } });
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint(encoder, other.clientID);
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarString(encoder, state);
  last().say(1, encoding.toUint8Array(encoder));
  assert.deepEqual(provider.awareness.getStates().get(other.clientID), { user: { name: "Other" } });
  const presences = () => last().frames.filter((frame) => frame[0] === 1).length;
  const before = presences();
  provider.awareness.setLocalStateField("cursor", 3);
  assert.equal(presences(), before + 1);
  last().end(1006);
  assert.equal(provider.awareness.getStates().has(other.clientID), false);
});

test("leaving the page asks first while something is unsaved", () => {
  let asked = 0;
  const event = { preventDefault: () => (asked += 1) };
  shake();
  last().say(4, 1);
  provider.onBeforeUnload(event);
  assert.equal(asked, 0);
  doc.getText("a").insert(0, "x");
  provider.onBeforeUnload(event);
  assert.equal(asked, 1);
});
