// One client that opens one document after the other: node opener.mjs '<options as JSON>'
//
//   { address, dialect, documents: [name, ...] }     as in writers.mjs
//
// Before each it waits for a line of input; it prints how long the opening took, from before the connection to the whole
// document in hand, and how many bytes that was. The connections stay open.

import { createInterface } from "node:readline";
import { openDocument } from "./documents.mjs";

const options = JSON.parse(process.argv[2]);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const onClose = (code) => {
  console.error(`The server closed with ${code}`);
  process.exit(1);
};

for (const name of options.documents) {
  await lines.next();
  const begun = performance.now();
  const { bytes } = await openDocument(options.address, { dialect: options.dialect, name }, { onClose });
  console.log(JSON.stringify({ milliseconds: performance.now() - begun, bytes }));
}
process.exit(0);
