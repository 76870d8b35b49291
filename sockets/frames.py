"""A message to a socket's peer, built once however many sockets it is written to."""

from functools import cached_property
from typing import Any

_TEXT, _BINARY = 0x81, 0x82
_TWO_MORE_BYTES, _EIGHT_MORE_BYTES = 126, 127


class Frame:
    """A text message (of a ``str``) or a binary one (of ``bytes``)."""

    def __init__(self, content: str | bytes) -> None:
        self.content = content

    @cached_property
    def message(self) -> dict[str, Any]:
        """As ASGI sends it."""
        return {"type": "websocket.send", "text" if isinstance(self.content, str) else "bytes": self.content}

    @cached_property
    def wire(self) -> bytes:
        """As it goes over the network: one whole frame of RFC 6455, which a server does not mask."""
        opcode, payload = _BINARY, self.content
        if isinstance(payload, str):
            opcode, payload = _TEXT, payload.encode()
        length = len(payload)
        if length < _TWO_MORE_BYTES:
            return bytes((opcode, length)) + payload
        if length < 1 << 16:
            return bytes((opcode, _TWO_MORE_BYTES)) + length.to_bytes(2) + payload
        return bytes((opcode, _EIGHT_MORE_BYTES)) + length.to_bytes(8) + payload
