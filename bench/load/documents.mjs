// What a client says to a server of Yjs documents: the protocol of y-websocket, and Hocuspocus' form of it, which puts the
// document's name before each message and wants a token first.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

import { open } from "./socket.mjs";

const [SYNC, HOCUSPOCUS_AUTH, SAVED] = [0, 2, 4];
const [STEP_1, STEP_2, UPDATE] = [0, 1, 2];
const EMPTY_STATE_VECTOR = Uint8Array.of(0);
const EMPTY_UPDATE = Uint8Array.of(0, 0);

function message(prefix, write) {
  const encoder = encoding.createEncoder();
  encoding.writeUint8Array(encoder, prefix);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

// Opens a document and has all of it sent; calls `onUpdate(payload)` for each frame with an update after that and
// `onSaved(milliseconds)` for each of its own updates that the server says it has stored, after so long.
// Resolves once the document is here: `{ write(update), bytes }`, where bytes is how long it was.
export async function openDocument(address, { dialect, name }, { onUpdate = () => {}, onSaved = () => {}, onClose }) {
  const named = dialect === "hocuspocus";
  const prefix = named ? message(new Uint8Array(0), (e) => encoding.writeVarString(e, name)) : new Uint8Array(0);
  let opened;
  const isHere = new Promise((resolve) => (opened = resolve));
  let here = false;
  const sent = []; // when each update went; null for the answer to the server's step 1, which counts, too
  let saved = 0;

  const sync = (step, content) =>
    message(prefix, (e) => {
      encoding.writeVarUint(e, SYNC);
      encoding.writeVarUint(e, step);
      encoding.writeVarUint8Array(e, content);
    });
  const begin = (socket) => socket.send(sync(STEP_1, EMPTY_STATE_VECTOR));

  function onFrame(payload, socket) {
    if (here && payload[prefix.length] === SYNC && payload[prefix.length + 1] === UPDATE) {
      onUpdate(payload);
      return;
    }
    const decoder = decoding.createDecoder(payload);
    if (named) decoding.readVarString(decoder);
    const kind = decoding.readVarUint(decoder);
    if (kind === SAVED && !named) {
      for (const covered = decoding.readVarUint(decoder); saved < covered; saved += 1) {
        if (sent[saved] !== null) onSaved(performance.now() - sent[saved]);
      }
    } else if (kind === HOCUSPOCUS_AUTH && named) begin(socket);
    else if (kind === SYNC) {
      const step = decoding.readVarUint(decoder);
      if (step === STEP_1) {
        sent.push(null);
        socket.send(sync(STEP_2, EMPTY_UPDATE));
      } else if (step === STEP_2 && !here) {
        here = true;
        opened(decoding.readVarUint8Array(decoder).length);
      }
    }
  }

  const path = named ? address.path : address.path + name + (address.query ?? "");
  const socket = await open({ ...address, path }, onFrame, onClose);
  if (named) {
    const token = message(prefix, (e) => {
      encoding.writeVarUint(e, HOCUSPOCUS_AUTH);
      encoding.writeVarUint(e, 0);
      encoding.writeVarString(e, "bench");
    });
    socket.send(token);
  } else begin(socket);
  const bytes = await isHere;
  const write = (update) => {
    sent.push(performance.now());
    socket.send(sync(UPDATE, update));
  };
  return { bytes, write };
}
