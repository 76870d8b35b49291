"""The documents that are open in this process, and their traffic with the database and with other processes."""

import asyncio
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from collab import measures, members
from collab.domain import Batch, append_updates, topic_of
from collab.kinds import Rights, rights_of
from collab.members import Entry, Member
from collab.models import Document
from collab.protocol import Presence, read_presences, write_presences
from collab.queries import document_of, heads_of, replica_of, rows_between, stored_of
from collab.replica import ENDING, Replica, Row, Stored
from collab.rooms import Room
from collab.updates import MalformedUpdate
from sockets import background, hints
from sockets.database import DatabaseThread
from sockets.watch import Endable

logger = logging.getLogger(__name__)

# How long updates are gathered for one commit.
GATHER_SECONDS = 0.003
LOOK_SECONDS = 1.0
# How long a document stays in memory after the last member has left.
LINGER_SECONDS = 30.0

Address = tuple[str, str]


def _load(kind: str, key: str) -> tuple[int, Stored | Replica]:
    document = document_of(kind, key)
    return document.pk, stored_of(document) or replica_of(document)


def _load_replica(kind: str, key: str) -> Replica:
    return replica_of(document_of(kind, key))


def _later_rows(document_id: int, known: int) -> tuple[int | None, list[Row]]:
    head = heads_of([document_id]).get(document_id)
    return head, rows_between(document_id, known, head) if head is not None and head > known else []


class Load(NamedTuple):
    """How much a process has to do for documents: those that are open, by how many editors, and updates that wait for
    their commit."""

    documents: int
    members: int
    waiting: int


class Rooms:
    """The rooms of one event loop. One thread commits, all that arrived meanwhile at once; another reads."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = uuid.uuid4().hex
        self.rooms: dict[Address, Room] = {}
        self._by_id: dict[int, Room] = {}
        self._listeners: dict[int, hints.Listener] = {}
        self._empty_since: dict[int, float] = {}
        self._opening: dict[Address, asyncio.Task[Room]] = {}
        self._reloading: set[asyncio.Task[None]] = set()
        self._writing = DatabaseThread("documents-writing")
        self._reading = DatabaseThread("documents-reading")
        self._queue: list[tuple[Room, Entry]] = []
        self._work = asyncio.Event()
        self._look = asyncio.Event()
        hints.on_trouble(self.look_soon)
        background.keep_running(self._commit, "committing document updates")
        background.keep_running(self._look_around, "looking for new document updates")

    async def open(self, kind: str, key: str) -> Room:
        """The document's room, loaded if nobody has it open. Raises Document.DoesNotExist."""
        address = (kind, key)
        if address in self.rooms:
            room = self.rooms[address]
            self._empty_since[room.document_id] = time.monotonic()
            return room
        if address not in self._opening:
            self._opening[address] = self.loop.create_task(self._open(kind, key))
            self._opening[address].add_done_callback(lambda _task: self._opening.pop(address))
        return await asyncio.shield(self._opening[address])

    async def _open(self, kind: str, key: str) -> Room:
        document_id, content = await self._reading.run(_load, kind, key)
        room = Room(self, document_id, kind, key, content)
        self.rooms[kind, key] = self._by_id[document_id] = room
        self._empty_since[document_id] = time.monotonic()

        def hear(payload: hints.Payload) -> None:
            self._hear(room, payload)

        self._listeners[document_id] = hear
        hints.listen(topic_of(document_id), hear)
        hints.send(topic_of(document_id), {"ask": self.name})
        return room

    def _close(self, room: Room) -> None:
        hints.unlisten(topic_of(room.document_id), self._listeners.pop(room.document_id))
        self.rooms.pop((room.kind, room.key))
        self._by_id.pop(room.document_id)
        self._empty_since.pop(room.document_id)

    def _hear(self, room: Room, payload: hints.Payload) -> None:
        if payload.get("head", 0) > room.number:
            self.look_soon()
        if "presence" in payload and payload["process"] != self.name:
            try:
                presences = read_presences(payload["presence"])
            except MalformedUpdate:
                logger.exception("Another process sent an unreadable presence")
                return
            room.present_elsewhere(payload["process"], payload["person"], presences)
        if payload.get("ask", self.name) != self.name:
            for member in room.members:
                if shown := room.presences.of(member):
                    self.tell_others(room, member.person_id, shown)

    @property
    def load(self) -> Load:
        members_of_all = sum(len(room.members) for room in self.rooms.values())
        return Load(len(self.rooms), members_of_all, len(self._queue))

    def submit(self, room: Room, entry: Entry) -> None:
        self._queue.append((room, entry))
        self._work.set()

    async def _commit(self) -> None:
        """One turn: commits all that waits, and lets it gather a moment before where nothing did."""
        if not self._queue:
            self._work.clear()
            await self._work.wait()
            await asyncio.sleep(GATHER_SECONDS)
        taken, self._queue = self._queue, []
        by_room: dict[Room, list[Entry]] = {}
        for room, entry in taken:
            by_room.setdefault(room, []).append(entry)
        batches = [
            Batch(
                room.document_id,
                room.number,
                [(entry.data, entry.offer.member.person_id) for entry in entries if entry.data is not None],
            )
            for room, entries in by_room.items()
        ]
        begun = time.perf_counter()
        try:
            appended = await self._writing.run(append_updates, batches)
        except Exception:
            logger.exception("%s document updates could not be committed", len(taken))
            for room in by_room:
                self._void(room)
            await asyncio.sleep(background.REST_SECONDS)
            return
        measures.COMMITS.observe(time.perf_counter() - begun)
        for room, entries in by_room.items():
            if room.document_id in appended:
                with self._contained(room):
                    room.committed(entries, appended[room.document_id])
            else:
                self._end(room)

    @contextmanager
    def _contained(self, room: Room) -> Iterator[None]:
        """Whatever goes wrong in one room has that room loaded anew, and is no trouble of the others."""
        try:
            yield
        except ENDING:
            raise
        except BaseException:
            logger.exception("%s/%s failed and is loaded anew", room.kind, room.key)
            self._void(room)

    def _void(self, room: Room) -> None:
        self._queue = [(other, entry) for other, entry in self._queue if other is not room]
        room.lost()

    def _end(self, room: Room) -> None:
        """The document is no more: ends all who have it open."""
        for member in list(room.members):
            member.line.end(members.NOT_YOURS)

    async def rights_for(self, kind: str, key: str, person_id: int) -> Rights:
        """What this person may do in this document, now."""
        pair = (person_id, key)
        return (await self._reading.run(rights_of, kind, [pair]))[pair]

    async def catch_up(self, room: Room) -> None:
        known = room.number
        head, rows = await self._reading.run(_later_rows, room.document_id, known)
        if head is None:
            self._end(room)
            return
        with self._contained(room):
            room.catch_up(rows)

    def look_soon(self) -> None:
        """Compares the heads of all open documents with the database's at once instead of within a second."""
        self._look.set()

    async def _look_around(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._look.wait()
        except TimeoutError:
            pass
        self._look.clear()
        if not self.rooms:
            return
        asked = set(self._by_id)
        heads = await self._reading.run(heads_of, asked)
        now = time.monotonic()
        # A document that was opened while this waited for an answer was not asked about.
        for room in [room for room in self.rooms.values() if room.document_id in asked]:
            if room.document_id not in heads:
                self._end(room)
            elif heads[room.document_id] > room.number and room.is_ready.is_set():
                await self.catch_up(room)
            room.expire_presences()
            if not room.is_idle or not room.is_ready.is_set():
                self._empty_since[room.document_id] = now
            elif now - self._empty_since[room.document_id] > LINGER_SECONDS:
                self._close(room)

    def reload(self, room: Room) -> None:
        task = self.loop.create_task(self._reload(room))
        self._reloading.add(task)
        task.add_done_callback(self._reloading.discard)

    async def _reload(self, room: Room) -> None:
        while True:
            try:
                replica = await self._reading.run(_load_replica, room.kind, room.key)
            except Document.DoesNotExist:
                self._end(room)
                if self._by_id.get(room.document_id) is room:
                    self._close(room)
                return
            except ENDING:
                raise
            except BaseException as error:
                logger.error("%s/%s cannot be loaded: %s", room.kind, room.key, error)
                await asyncio.sleep(background.REST_SECONDS)
            else:
                room.reloaded(replica)
                return

    def tell_head(self, room: Room) -> None:
        hints.send(topic_of(room.document_id), {"head": room.number})

    def tell_others(self, room: Room, person_id: int, presences: list[Presence]) -> None:
        told = {"presence": write_presences(presences), "person": person_id, "process": self.name}
        hints.send(topic_of(room.document_id), told)


_rooms: Rooms | None = None


def rooms() -> Rooms:
    """The running event loop's rooms."""
    global _rooms  # noqa: PLW0603 - one per process; a loop that ended leaves its place to the next
    if _rooms is None or _rooms.loop is not asyncio.get_running_loop():
        _rooms = Rooms()
    return _rooms


def load() -> Load:
    """That of the process's rooms, or nothing where it has none yet."""
    return _rooms.load if _rooms is not None else Load(0, 0, 0)


async def check_rights(database: DatabaseThread) -> list[Endable]:
    """Looks again at what every member of every room may do, in as many queries as there are kinds of documents; the
    sockets of those who may not read any more."""
    if _rooms is None:
        return []
    lost: list[Endable] = []
    by_kind: dict[str, list[tuple[Room, Member]]] = {}
    for room in _rooms.rooms.values():
        by_kind.setdefault(room.kind, []).extend((room, member) for member in room.members)
    for kind, present in by_kind.items():
        pairs = sorted({(member.person_id, room.key) for room, member in present})
        rights = await database.run(rights_of, kind, pairs)
        for room, member in present:
            member.rights = rights[member.person_id, room.key]
            if not member.rights.may_read:
                lost.append(member.line)
    return lost
