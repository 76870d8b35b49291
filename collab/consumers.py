"""The ``/ws/docs/<kind>/<key>`` endpoint: one document in one editor."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import parse_qs

from collab import protocol, quotas
from collab.kinds import is_registered
from collab.members import NOT_YOURS, Member
from collab.models import MAX_KEY_LENGTH, Document
from collab.registry import rooms
from collab.rooms import Room
from collab.updates import MalformedUpdate
from sockets.connection import TOO_SLOW, BadFrame, Socket
from sockets.frames import Frame


class DocumentSocket(Socket):
    """Speaks the y-websocket protocol about one document, as docs/documents-protocol.md has it."""

    max_text_length: ClassVar[int] = 0
    max_bytes_length: ClassVar[int] = quotas.MAX_FRAME_BYTES

    _room: Room | None = None
    _presence_due = float("-inf")
    _member: Member

    async def opened(self) -> None:
        self._unsent: deque[Frame] = deque()
        self._unsent_bytes = 0
        address = self.scope["url_route"]["kwargs"]
        kind, key = address["kind"], address["key"]
        if not is_registered(kind) or "\0" in key or len(key) > MAX_KEY_LENGTH:
            self.end(NOT_YOURS)
            return
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        self._member = Member(self, self.visitor.person_id, query.get("ack") == ["1"])
        registry = rooms()
        self._member.rights = await registry.rights_for(kind, key, self.visitor.person_id)
        if not self._member.rights.may_read:
            self.end(NOT_YOURS)
            return
        try:
            room = await registry.open(kind, key)
        except Document.DoesNotExist:
            self.end(NOT_YOURS)
            return
        if self.is_open:
            self._room = room
            await room.join(self._member)

    async def bytes_received(self, content: bytes) -> None:
        if self._room is None:
            return
        try:
            message = protocol.read_message(content)
            match message:
                case protocol.Step1(state_vector):
                    # The whole document may be the answer: not again before the one before it was read.
                    await self.drained()
                    await self._room.answer_step_1(self._member, state_vector)
                    await asyncio.sleep(0)
                case protocol.Change(update):
                    await self._room.receive(self._member, update)
                case protocol.Awareness(presences):
                    await self._in_step()
                    self._room.present(self._member, presences)
                case protocol.QueryAwareness():
                    await self.drained()
                    self.deliver(protocol.awareness(self._room.presences.everyone()))
        except MalformedUpdate as error:
            raise BadFrame(str(error)) from None

    async def closed(self) -> None:
        if self._room is not None:
            self._room.leave(self._member)

    async def _in_step(self) -> None:
        """Waits where this connection tells more often where it is than everybody else can be told."""
        now = asyncio.get_running_loop().time()
        earliest = now - quotas.PRESENCES_AT_ONCE / quotas.PRESENCES_PER_SECOND
        self._presence_due = max(self._presence_due, earliest) + 1 / quotas.PRESENCES_PER_SECOND
        if self._presence_due > now:
            await asyncio.sleep(self._presence_due - now)

    def deliver(self, frame: bytes) -> None:
        """Sends a frame after those before it, without waiting. Who does not read until too much waits is ended."""
        self.deliver_all([Frame(frame)])

    def deliver_all(self, frames: Sequence[Frame]) -> None:
        """The same with several frames."""
        sent = 0 if self._unsent else self.write_all(frames)
        if sent == len(frames) or not self.is_open:
            return
        self._unsent.extend(frames[sent:])
        self._unsent_bytes += sum(len(frame.content) for frame in frames[sent:])
        if self._unsent_bytes > quotas.MAX_UNREAD_BYTES:
            self.end(TOO_SLOW)

    def flowing_again(self) -> None:
        while self._unsent and self.write(self._unsent[0]):
            self._unsent_bytes -= len(self._unsent.popleft().content)
