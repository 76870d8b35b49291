// Two stock clients, yjs and y-websocket as they come from npm, write into one text at once.
//
//     node stock.mjs <server> <document> <text> <cookie> <cookie>
//
// Prints {"texts": [...], "seen": [...]}: the text that each ends with, and the names each saw of the other.

import WebSocket from "../../frontend/node_modules/ws/wrapper.mjs";
import { WebsocketProvider } from "../../frontend/node_modules/y-websocket/src/y-websocket.js";
import * as Y from "../../frontend/node_modules/yjs/dist/yjs.mjs";

const [server, key, name, ...cookies] = process.argv.slice(2);
const EDITS = 200;

function open(cookie) {
  const doc = new Y.Doc();
  class Socket extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { Cookie: cookie } });
    }
  }
  const provider = new WebsocketProvider(server, key, doc, { WebSocketPolyfill: Socket, disableBc: true });
  const seen = new Set();
  provider.awareness.on("change", () => {
    for (const [client, state] of provider.awareness.getStates()) {
      if (client !== doc.clientID && state.user) seen.add(state.user.name);
    }
  });
  provider.awareness.setLocalState({ user: { name: "An impostor" } });
  return { doc, provider, text: doc.getText(name), seen };
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const clients = cookies.map(open);
await until(() => clients.every(({ provider }) => provider.synced));
for (let edit = 0; edit < EDITS; edit += 1) {
  for (const [number, { text }] of clients.entries()) {
    const at = (edit * 7919) % (text.length + 1);
    if (edit % 5 === 4 && text.length > 3) text.delete(Math.min(at, text.length - 2), 2);
    else text.insert(at, `${"ąé"[number]}${edit}`);
  }
  if (edit % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
await until(() => clients[0].text.toString() === clients[1].text.toString());
await until(() => clients.every(({ seen }) => seen.size > 0));
process.stdout.write(
  JSON.stringify({ texts: clients.map(({ text }) => text.toString()), seen: clients.map(({ seen }) => [...seen]) }),
);
for (const { provider } of clients) provider.destroy();
setTimeout(() => process.exit(0), 200);
