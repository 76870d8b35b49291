// One client that opens one document after the other: node opener.mjs '<options as JSON>'
//
//   { address, dialect, documents: [name, ...], writing: false }     as in writers.mjs
//
// Before each it waits for a line of input; it prints how long the opening took, from before the connection to the whole
// document in hand, and how many bytes that was. With `writing`, somebody else opens each document too, a letter is written
// into it, and the time is until that letter is on their screen. The connections stay open.

import { createInterface } from "node:readline";
import * as Y from "yjs";
import { openDocument } from "./documents.mjs";

const WRITER = 2011;

const options = JSON.parse(process.argv[2]);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const onClose = (code) => {
  console.error(`The server closed with ${code}`);
  process.exit(1);
};

for (const name of options.documents) {
  await lines.next();
  const begun = performance.now();
  const named = { dialect: options.dialect, name };
  const { bytes, write } = await openDocument(options.address, named, { onClose });
  if (options.writing) {
    let arrived;
    const isThere = new Promise((resolve) => (arrived = resolve));
    await openDocument(options.address, named, { onClose, onUpdate: () => arrived() });
    const doc = new Y.Doc();
    doc.clientID = WRITER;
    doc.getText("a").insert(0, "x");
    write(Y.encodeStateAsUpdate(doc));
    await isThere;
  }
  console.log(JSON.stringify({ milliseconds: performance.now() - begun, bytes }));
}
process.exit(0);
