// A stock client, yjs and y-websocket as they come from npm, that writes although it may not.
//
//     node observer.mjs <server> <document> <text> <cookie>
//
// Prints {"read": "...", "code": ...}: the text that it was given, and how its connection was closed.

import WebSocket from "../../frontend/node_modules/ws/wrapper.mjs";
import { WebsocketProvider } from "../../frontend/node_modules/y-websocket/src/y-websocket.js";
import * as Y from "../../frontend/node_modules/yjs/dist/yjs.mjs";

const [server, key, name, cookie] = process.argv.slice(2);

class Socket extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { headers: { Cookie: cookie } });
  }
}

const doc = new Y.Doc();
const provider = new WebsocketProvider(server, key, doc, { WebSocketPolyfill: Socket, disableBc: true });
const text = doc.getText(name);
let read = null;
provider.on("sync", (isSynced) => {
  if (!isSynced || read !== null) return;
  read = text.toString();
  text.insert(0, "Written by an observer. ");
});
provider.once("connection-close", ({ code }) => {
  process.stdout.write(JSON.stringify({ read, code }));
  provider.destroy();
  setTimeout(() => process.exit(0), 200);
});
