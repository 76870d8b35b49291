// Hocuspocus as its documentation has it, with its SQLite extension.
//
//   PORT=8001 node server.mjs documents.sqlite
//
// It stores a document's whole state some seconds after a change (2 to 10 by default) and sends what arrives within one turn
// of the event loop in one message (flushDelay 0, its default).

import { SQLite } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";

const server = new Server({
  address: "127.0.0.1",
  port: Number(process.env.PORT),
  quiet: true,
  extensions: [new SQLite({ database: process.argv[2] })],
});
server.listen();
