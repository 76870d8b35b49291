"""WebSockets by hand, for what no client library does: what is no frame, thousands of sockets, no reading at all."""

import asyncio
import base64
import contextlib
import os
from typing import NamedTuple

from tests.servers import Server

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def opening(server: Server, path: str, headers: dict[str, str]) -> bytes:
    """The request that opens a WebSocket."""
    sent = {
        "Host": f"localhost:{server.port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole frame as a client sends it. Its mask is zero, so that the payload stands in it as it is."""
    if len(payload) < 126:
        length = bytes([0x80 | len(payload)])
    elif len(payload) < 1 << 16:
        length = b"\xfe" + len(payload).to_bytes(2, "big")
    else:
        length = b"\xff" + len(payload).to_bytes(8, "big")
    return bytes([0x80 | opcode]) + length + b"\0\0\0\0" + payload


class Frame(NamedTuple):
    opcode: int
    payload: bytes


class Ended(Exception):
    """The other end is gone; ``code`` is the one that it gave, 1006 without one."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Wire:
    """One WebSocket, of which every byte is the test's. ``cause`` is why it ended without a code."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.cause: Exception | None = None

    @classmethod
    async def opened(cls, server: Server, path: str, headers: dict[str, str]) -> "Wire":
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(opening(server, path, headers))
        status = await reader.readline()
        if b" 101 " not in status:
            writer.close()
            raise ConnectionError(status.decode(errors="replace"))
        await reader.readuntil(b"\r\n\r\n")
        return cls(reader, writer)

    async def send(self, data: bytes) -> None:
        """Sends these bytes, whatever they are. That the other end is gone is met when reading."""
        self.writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def hear(self) -> Frame:
        """The next message; raises Ended."""
        try:
            first, second = await self.reader.readexactly(2)
            length = second & 0x7F
            if length >= 126:
                length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
            payload = await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as cause:
            self.cause = cause
            raise Ended(1006) from None
        opcode = first & 0xF
        if opcode == CLOSE:
            raise Ended(int.from_bytes(payload[:2], "big") if payload else 1005)
        if opcode == PING:
            await self.send(frame(payload, PONG))
            return await self.hear()
        return Frame(opcode, payload)

    async def end(self) -> int:
        """Reads until the other end closes; the code that it gave."""
        try:
            while True:
                await self.hear()
        except Ended as end:
            return end.code
        finally:
            self.close()

    def close(self) -> None:
        self.writer.transport.abort()
