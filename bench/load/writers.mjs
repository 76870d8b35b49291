// People who write into documents at once: node writers.mjs '<options as JSON>'
//
//   { address: { host, port, path, query, headers }, dialect: "y" | "hocuspocus", documents: [name, ...],
//     writers: per document, seconds, rate: edits per second and writer, outstanding: 0 }
//
// Each edit inserts eight letters that say whose and which it is, behind what the same writer wrote before; everybody else who
// has the document open looks for them in what arrives. With `outstanding`, a writer does not look at the clock but keeps so
// many edits under way: the next goes once one has been seen on the last of the other screens.
//
// Prints {"ready": true} when all documents are open, begins on a line of input, and prints what it saw.

import * as Y from "yjs";
import { openDocument } from "./documents.mjs";

const options = JSON.parse(process.argv[2]);
const AT = 0x40;
const SIZE = 8;
const OPENED_AT_ONCE = 20;
const QUIET_MS = 3000;
const OPENING_MS = 60_000;

const latencies = [];
const acknowledged = [];
const writers = [];
let edits = 0;
let delivered = 0;
let lastAt = 0;
let isWriting = false;
let deliveredWhileWriting = 0;
let closed = 0;

class Writer {
  constructor(index, document) {
    this.index = index;
    this.document = document;
    this.name = index.toString(36).padStart(3, "0");
    this.times = [];
    this.missing = [];
    this.doc = new Y.Doc();
    this.text = this.doc.getText("a");
    this.doc.on("update", (update) => this.connection.write(update));
  }

  async open() {
    const onUpdate = (payload) => this.read(payload);
    const onSaved = (milliseconds) => acknowledged.push(milliseconds);
    const onClose = () => (closed += 1);
    this.connection = await openDocument(
      options.address,
      { dialect: options.dialect, name: this.document },
      { onUpdate, onSaved, onClose },
    );
  }

  write() {
    const number = this.times.length;
    this.times.push(performance.now());
    this.missing.push(options.writers - 1);
    edits += 1;
    this.text.insert(this.text.length, `@${this.name}${number.toString(36).padStart(4, "0")}`);
  }

  read(payload) {
    for (let at = payload.indexOf(AT); at >= 0 && at + SIZE <= payload.length; at = payload.indexOf(AT, at + 1)) {
      const author = parseInt(payload.latin1Slice(at + 1, at + 4), 36);
      const number = parseInt(payload.latin1Slice(at + 4, at + SIZE), 36);
      const writer = writers[author];
      if (writer === undefined || writer === this || !(number < writer.times.length)) continue;
      lastAt = performance.now();
      latencies.push(lastAt - writer.times[number]);
      delivered += 1;
      if (isWriting) deliveredWhileWriting += 1;
      writer.missing[number] -= 1;
      if (writer.missing[number] === 0 && options.outstanding && isWriting) writer.write();
    }
  }
}

function part(values, share) {
  if (!values.length) return null;
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))];
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const [place, document] of options.documents.entries()) {
  for (let one = 0; one < options.writers; one += 1) writers.push(new Writer(place * options.writers + one, document));
}
const patience = setTimeout(() => {
  console.error(`Not all documents opened within ${OPENING_MS / 1000} s`);
  process.exit(1);
}, OPENING_MS);
// The first of each document comes alone: pycrdt-websocket stands still when two begin a document in the same moment.
for (const writer of writers.filter((_, index) => index % options.writers === 0)) await writer.open();
const others = writers.filter((_, index) => index % options.writers !== 0);
while (others.length) await Promise.all(others.splice(0, OPENED_AT_ONCE).map((writer) => writer.open()));
clearTimeout(patience);
console.log(JSON.stringify({ ready: true }));
await new Promise((resolve) => process.stdin.once("data", resolve));

isWriting = true;
const timers = [];
const interval = 1000 / options.rate;
writers.forEach((writer, index) => {
  if (options.outstanding) {
    for (let one = 0; one < options.outstanding; one += 1) writer.write();
    return;
  }
  const begin = () => {
    writer.write();
    timers.push(setInterval(() => writer.write(), interval));
  };
  timers.push(setTimeout(begin, (interval * index) / writers.length));
});
await pause(options.seconds * 1000);
isWriting = false;
for (const timer of timers) clearInterval(timer);

const expected = edits * (options.writers - 1);
lastAt = performance.now();
while (delivered < expected && performance.now() - lastAt < QUIET_MS) await pause(20);
await pause(50);
const result = {
  edits,
  delivered,
  expected,
  closed,
  per_second: deliveredWhileWriting / options.seconds,
  on_the_way: { median: part(latencies, 0.5), late: part(latencies, 0.99) },
  acknowledged: { median: part(acknowledged, 0.5), late: part(acknowledged, 0.99), count: acknowledged.length },
};
console.log(JSON.stringify(result));
process.exit(0);
