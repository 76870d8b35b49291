// Random editing sessions by real Yjs clients, as JSON on standard output: node sessions.mjs <seed> <sessions>
//
// Per session: every update with what Yjs itself reads in it, a few merged ones (some with gaps), the final text and who
// wrote each of its characters.

import * as Y from "../../frontend/node_modules/yjs/dist/yjs.mjs";

let state = Number(process.argv[2]) || 1;
function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

// A place between two characters at or before this one: honest editors never cut a surrogate pair in two.
function whole(text, at) {
  const unit = text.toString().charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

const PIECES = ["a", "bc ", "é", "Śląskie ", "🎉", "žluťoučký", "\n", "👩‍🌾", "x".repeat(40), "中文"];
const BITS = 0x1f;

function described(update) {
  const { structs, ds } = Y.decodeUpdate(update);
  return {
    data: Buffer.from(update).toString("base64"),
    structs: structs.map((struct) => {
      const kind = struct.constructor.name.replace(/^_/, "");
      const ref = kind === "GC" ? 0 : kind === "Skip" ? 10 : struct.content.getRef() & BITS;
      return [struct.id.client, struct.id.clock, struct.length, ref];
    }),
    deletes: [...ds.clients].flatMap(([client, items]) => items.map(({ clock, len }) => [client, clock, len])),
  };
}

function session(clients) {
  const docs = Array.from({ length: clients }, (_, index) => {
    const doc = new Y.Doc();
    doc.clientID = index ? random(2 ** 31) + index : 2 ** 53 - 1 - random(1000);
    return doc;
  });
  const updates = [];
  const inboxes = docs.map(() => []);
  docs.forEach((doc, index) => {
    doc.on("update", (update, origin) => {
      if (origin === "remote") return;
      updates.push(update);
      inboxes.forEach((inbox, other) => other !== index && inbox.push(update));
    });
  });
  const receive = (index) => inboxes[index].splice(0).forEach((update) => Y.applyUpdate(docs[index], update, "remote"));
  for (let step = 0; step < 60; step += 1) {
    const index = random(clients);
    if (random(3) === 0) receive(index);
    const doc = docs[index];
    const text = doc.getText(random(5) ? "first" : "second");
    doc.transact(() => {
      for (let edit = random(3); edit >= 0; edit -= 1) {
        const length = text.length;
        const choice = random(10);
        if (choice < 6 || !length) text.insert(whole(text, random(length + 1)), PIECES[random(PIECES.length)]);
        else if (choice < 9) {
          const from = whole(text, random(length));
          const to = whole(text, Math.min(from + random(6) + 2, length));
          text.delete(from, to - from);
        } else {
          const from = whole(text, random(length));
          const to = whole(text, Math.min(from + 2, length));
          text.format(from, to - from, { bold: random(2) ? true : null });
        }
      }
    });
  }
  docs.forEach((_, index) => receive(index));
  const texts = { first: docs[0].getText("first").toString(), second: docs[0].getText("second").toString() };
  const writers = [];
  for (let item = docs[0].getText("first")._start; item; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    writers.push([item.id.client, item.content.str]);
  }
  const merged = [Y.mergeUpdates(updates), Y.encodeStateAsUpdate(docs[0])];
  for (let count = 0; count < 4; count += 1) merged.push(Y.mergeUpdates(updates.filter(() => random(3) > 0)));
  return {
    clients: docs.map((doc) => doc.clientID),
    updates: updates.map(described),
    merged: merged.map(described),
    texts,
    writers,
  };
}

const sessions = [];
for (let count = Number(process.argv[3]) || 1; count > 0; count -= 1) sessions.push(session(2 + random(3)));
process.stdout.write(JSON.stringify(sessions));
