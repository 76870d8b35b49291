// The client's end of a WebSocket that costs as little as it can, so that what is measured is the server.
//
//   const socket = await open({ host, port, path, headers }, (payload) => ..., (code) => ...);
//   socket.send(bytes);
//
// It takes whole, unmasked frames, as servers send them, and masks its own with zeros, which changes nothing in them.

import { randomBytes } from "node:crypto";
import { connect } from "node:net";

const [BINARY, CLOSE, PING, PONG] = [2, 8, 9, 10];

function frame(opcode, payload) {
  const size = payload.length;
  const head = size < 126 ? 6 : size < 65536 ? 8 : 14;
  const bytes = Buffer.alloc(head + size);
  bytes[0] = 0x80 | opcode;
  if (size < 126) bytes[1] = 0x80 | size;
  else if (size < 65536) {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(size, 2);
  } else {
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(size), 2);
  }
  bytes.set(payload, head);
  return bytes;
}

// The length of the frame's head and of the whole frame, or null where not enough has come to tell.
function measured(bytes, at) {
  const left = bytes.length - at;
  if (left < 2) return null;
  const size = bytes[at + 1] & 0x7f;
  if (size < 126) return { head: 2, whole: 2 + size };
  if (size === 126) return left < 4 ? null : { head: 4, whole: 4 + bytes.readUInt16BE(at + 2) };
  return left < 10 ? null : { head: 10, whole: 10 + Number(bytes.readBigUInt64BE(at + 2)) };
}

export function open({ host, port, path, headers = {} }, onFrame, onClose) {
  return new Promise((resolve, reject) => {
    const stream = connect({ host, port, noDelay: true });
    let isOpen = false;
    let chunks = [];
    let waiting = 0;
    let wanted = 0;

    const socket = { send: (payload) => stream.write(frame(BINARY, payload)), end: () => stream.destroy() };

    function frames(bytes) {
      let at = 0;
      while (at < bytes.length) {
        const size = measured(bytes, at);
        if (size === null || at + size.whole > bytes.length) {
          wanted = size === null ? 0 : size.whole;
          break;
        }
        const payload = bytes.subarray(at + size.head, at + size.whole);
        const opcode = bytes[at] & 0x0f;
        if (!(bytes[at] & 0x80)) throw new Error("a frame came in parts");
        if (opcode === PING) stream.write(frame(PONG, payload));
        else if (opcode === CLOSE) onClose(payload.length > 1 ? payload.readUInt16BE(0) : 1005);
        else onFrame(payload, socket);
        at += size.whole;
      }
      return bytes.subarray(at);
    }

    stream.on("connect", () => {
      const lines = [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}:${port}`,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ];
      stream.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    stream.on("data", (chunk) => {
      chunks.push(chunk);
      waiting += chunk.length;
      if (waiting < wanted) return;
      wanted = 0;
      let bytes = chunks.length > 1 ? Buffer.concat(chunks) : chunk;
      if (!isOpen) {
        const end = bytes.indexOf("\r\n\r\n");
        if (end >= 0) {
          const status = bytes.toString("latin1", 0, bytes.indexOf("\r\n"));
          if (!status.includes(" 101 ")) reject(new Error(status));
          isOpen = true;
          bytes = bytes.subarray(end + 4);
          resolve(socket);
        }
      }
      if (isOpen) bytes = frames(bytes);
      chunks = bytes.length ? [bytes] : [];
      waiting = bytes.length;
    });
    stream.on("error", reject);
    stream.on("close", () => onClose(1006));
  });
}
