"""A document while it is open in this process: takes updates in, has them committed, then applies and relays them.

The order is the promise: an update is read and judged against what was accepted before it, goes to the writer, and only
when its commit is reported does it become part of the live document, reach the others and be acknowledged.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Protocol

from collab import measures, members, protocol, quotas
from collab.collisions import is_taken
from collab.domain import Appended
from collab.kinds import Rights
from collab.knowledge import News
from collab.members import Entry, Member, Offer, Refusal
from collab.presence import Presences
from collab.protocol import Presence
from collab.replica import ENDING, Replica, Row, Stored
from collab.rests import Rests
from collab.sizes import Sizes
from collab.updates import MalformedUpdate, read_state_vector, read_update
from collab.waiting import Waiting
from sockets.frames import Frame

logger = logging.getLogger(__name__)

# Reading a larger update takes long enough to be worth another thread.
READ_APART_BYTES = 32 * 1024
ASK_AGAIN_SECONDS = 2.0


class House(Protocol):
    """What a room needs from the process around it."""

    def submit(self, room: "Room", entry: Entry) -> None: ...

    async def rights_for(self, kind: str, key: str, person_id: int) -> Rights: ...

    async def catch_up(self, room: "Room") -> None: ...

    def look_soon(self) -> None: ...

    def tell_others(self, room: "Room", person_id: int, presences: list[Presence]) -> None: ...

    def tell_head(self, room: "Room") -> None: ...

    def reload(self, room: "Room") -> None: ...


class Room:
    """One document and the members who have it open. Everything runs in the event loop; nothing here blocks it.

    ``content`` is Stored for as long as all that was asked for is the whole document: a Replica is made when a member
    has a part of it or writes, or when somebody else has written.
    """

    def __init__(self, house: House, document_id: int, kind: str, key: str, content: Stored | Replica) -> None:
        self.house = house
        self.document_id = document_id
        self.kind = kind
        self.key = key
        self._content = content
        self.members: set[Member] = set()
        self.presences = Presences()
        self.is_ready = asyncio.Event()
        self.is_ready.set()
        self._waiting: Waiting[Offer] = Waiting()
        self._in_flight: deque[Entry] = deque()
        self._sizes = Sizes()
        self._settled = asyncio.Event()
        self._taking: set[asyncio.Task[None]] = set()
        self._rests = Rests()

    @property
    def is_idle(self) -> bool:
        return not self.members and not self._in_flight

    @property
    def number(self) -> int:
        """The number of the log up to which the members have been told of it."""
        return self._content.number

    @property
    def replica(self) -> Replica:
        assert isinstance(self._content, Replica)
        return self._content

    @property
    def state_vector(self) -> bytes:
        return self._content.state_vector

    async def look_into(self) -> Replica:
        """Waits until the document can be read and judged against; what nobody looked into so far is loaded."""
        await self.is_ready.wait()
        if isinstance(self._content, Stored):
            self._load()
            await self.is_ready.wait()
        return self.replica

    def _load(self) -> None:
        self.is_ready.clear()
        self.house.reload(self)

    async def join(self, member: Member) -> None:
        await self.is_ready.wait()
        self.members.add(member)
        member.line.deliver(protocol.step_1(self.state_vector))
        if shown := self.presences.everyone():
            member.line.deliver(protocol.awareness(shown))

    def leave(self, member: Member) -> None:
        self.members.discard(member)
        if member.waiting:
            self._waiting.forget(lambda offer: offer.member is member)
        self._tell(self.presences.left(member), member.person_id)

    async def answer_step_1(self, member: Member, state_vector: bytes) -> None:
        """Sends what the member lacks of the committed document. Raises MalformedUpdate."""
        has_nothing = not read_state_vector(state_vector)
        if has_nothing and isinstance(self._content, Stored):
            member.line.deliver(protocol.step_2(self._content.state))
        else:
            member.line.deliver(protocol.step_2((await self.look_into()).doc.get_update(state_vector)))

    async def receive(self, member: Member, data: bytes) -> None:
        """Takes in an update that a member sent; what is wrong with it ends that member's connection alone."""
        while (rest := self._rests.left(member.person_id)) > 0:  # noqa: ASYNC110 - it grows
            await asyncio.sleep(rest)
        serial = member.acknowledgements.open()
        try:
            if len(data) > READ_APART_BYTES:
                update = await asyncio.to_thread(read_update, data)
            else:
                update = read_update(data)
            offer = Offer(member, serial, data, update, update.needs())
        except MalformedUpdate as error:
            member.refuse(members.malformed(str(error)))
            return
        try:
            await self._take(offer)
        except ENDING:
            raise
        except BaseException as error:
            self._troubled(member, error)
        while member.unsaved_bytes > quotas.MAX_UNSAVED_BYTES and member in self.members:
            self._settled.clear()
            await self._settled.wait()

    async def _take(self, offer: Offer) -> None:
        await self.is_ready.wait()
        if not offer.update.is_empty:
            await self.look_into()
        refusal = self._offer(offer)
        if refusal is not None and refusal.code == members.NOT_YOURS:
            # Another process may know more: of a new text, a lifted lock, or that this is nothing new.
            offer.member.rights = await self.house.rights_for(self.kind, self.key, offer.member.person_id)
            await self.house.catch_up(self)
            await self.is_ready.wait()
            refusal = self._offer(offer)
        if refusal is not None:
            offer.member.refuse(refusal)

    def _offer(self, offer: Offer) -> Refusal | None:
        """Accepts the update, lets it wait, or says why not."""
        if offer.member not in self.members:
            return None
        with self._rests.charged(offer.member.person_id):
            return self._judged(offer)

    def _judged(self, offer: Offer) -> Refusal | None:
        if offer.update.is_empty:
            self._submit(Entry(offer, None))
            return None
        lacks = self.replica.knowledge.lacks(offer.needs)
        if lacks:
            return self._let_wait(offer, lacks)
        # Who may not write is refused whatever is new; for them there is nothing to compare.
        on_their_way = (entry.offer.update for entry in self._in_flight)
        if offer.member.rights.writable and is_taken(offer.update, self.replica, on_their_way):
            return members.TAKEN_IDS
        try:
            news = self.replica.knowledge.news_in(offer.update)
        except MalformedUpdate as error:
            return members.malformed(str(error))
        if not news:
            self._submit(Entry(offer, None))
            return None
        refusal = self._refusal(offer, news)
        if refusal is not None:
            return refusal
        moved = self.replica.absorb(news)
        placed = self.replica.place(moved)
        offer.member.unsaved_bytes += len(offer.data)
        self._submit(Entry(offer, offer.data, frozenset(news.touched), news.inserted, placed))
        self._release(moved)
        return None

    def _submit(self, entry: Entry) -> None:
        if entry.data is None and not self._in_flight:
            entry.offer.member.acknowledgements.done(entry.offer.serial)
            entry.offer.member.acknowledge()
            return
        self._in_flight.append(entry)
        self._sizes.accepted(entry)
        self.house.submit(self, entry)

    def _let_wait(self, offer: Offer, lacks: dict[int, int]) -> Refusal | None:
        member = offer.member
        if not member.rights.writable:
            return members.READ_ONLY
        member.waiting += 1
        member.waiting_bytes += len(offer.data)
        if member.waiting > quotas.MAX_WAITING or member.waiting_bytes > quotas.MAX_WAITING_BYTES:
            return members.TOO_MUCH_WAITS
        self._waiting.add(offer, lacks)
        now = time.monotonic()
        if now - member.asked_at > ASK_AGAIN_SECONDS:
            member.asked_at = now
            member.line.deliver(protocol.step_1(self.state_vector))
            self.house.look_soon()
        return None

    def _release(self, moved: Iterable[int]) -> None:
        """Offers again what waited for these clients. Each offer may release more; refusals end their own socket."""
        for offer in self._waiting.release(self.replica.knowledge, moved):
            offer.member.waiting -= 1
            offer.member.waiting_bytes -= len(offer.data)
            task = asyncio.get_running_loop().create_task(self._take(offer))
            self._taking.add(task)
            task.add_done_callback(partial(self._taken, offer.member))

    def _taken(self, member: Member, task: "asyncio.Task[None]") -> None:
        self._taking.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._troubled(member, error)

    def _troubled(self, member: Member, error: BaseException) -> None:
        logger.error("%s/%s could not take an update", self.kind, self.key, exc_info=error)
        self.members.discard(member)
        member.line.end(members.TROUBLE)

    def _refusal(self, offer: Offer, news: News) -> Refusal | None:
        rights = offer.member.rights
        if not rights.writable:
            return members.READ_ONLY
        if not news.touched <= rights.keys:
            return members.UNKNOWN_TEXT
        if not news.touched <= rights.writable:
            return members.LOCKED_TEXT
        if len(news.deletes) > quotas.MAX_DELETIONS:
            return members.TOO_MANY_DELETIONS
        return self._sizes.excess(self.replica, self._in_flight, offer, news) if news.inserted else None

    def committed(self, entries: list[Entry], appended: Appended) -> None:
        """These entries, the oldest of those on their way, are in the log from ``appended.first`` on."""
        self.catch_up(appended.before)
        number = appended.first
        heard: set[Member] = set()
        told: list[tuple[Frame, Member | None]] = []
        now = time.perf_counter()
        try:
            for entry in entries:
                self._in_flight.remove(entry)
                self._sizes.arrived(entry)
                member = entry.offer.member
                if entry.data is not None:
                    member.unsaved_bytes -= len(entry.data)
                    if number > self.replica.number:
                        self.replica.number = number
                        told.append((self._apply(entry.data, entry.touched, sender=member), member))
                    number += 1
                told.extend((self._apply(data, self.replica.knowledge.names), None) for data in entry.placed)
                member.acknowledgements.done(entry.offer.serial)
                measures.ACKNOWLEDGEMENTS.observe(now - entry.offer.arrived_at)
                heard.add(member)
        finally:
            # After a failure, too: what is loaded anew then is compared with what was applied until here.
            self._relay_all(told)
        for member in heard & self.members:
            member.acknowledge()
        self._settled.set()
        self.house.tell_head(self)

    def catch_up(self, rows: list[Row]) -> None:
        """Takes in rows that others committed: another process, a page, a job."""
        if isinstance(self._content, Stored):
            if rows and self.is_ready.is_set():
                self._load()
            return
        for row in rows:
            if row.number <= self.replica.number or not self.is_ready.is_set():
                continue
            applied, moved = self.replica.replay(row)
            self._sizes.all_changed()
            for data in applied:
                self._relay(protocol.change(data))
            self._release(moved)

    def _apply(self, data: bytes, touched: Iterable[str], sender: Member | None = None) -> Frame:
        """Makes the update part of the live document; returns what the members are to be told."""
        if sender is None:
            self.replica.apply(data)
        else:
            with self._rests.charged(sender.person_id):
                self.replica.apply(data)
        self._sizes.changed(touched)
        return Frame(protocol.change(data))

    def _relay(self, frame: bytes) -> None:
        self._relay_all([(Frame(frame), None)])

    def _relay_all(self, told: list[tuple[Frame, Member | None]]) -> None:
        """Passes frames on to everybody but their senders, what one commit brought to each member in one go."""
        frames = [frame for frame, _sender in told]
        senders = {sender for _frame, sender in told}
        for member in self.members:
            if member in senders:
                if others := [frame for frame, sender in told if sender is not member]:
                    member.line.deliver_all(others)
            elif frames:
                member.line.deliver_all(frames)

    def lost(self) -> None:
        """A commit failed, or what followed it: what was accepted and not acknowledged is void. Whoever sent it is told
        to come again; the others stay while the document is loaded anew."""
        self._in_flight.clear()
        self._sizes.nothing_is_on_its_way()
        self._waiting = Waiting()
        for member in list(self.members):
            if member.acknowledgements.all_done:
                member.acknowledge()
            else:
                self.members.discard(member)
                member.line.end(members.TROUBLE)
        self._settled.set()
        self._load()

    def reloaded(self, replica: Replica) -> None:
        """The document as the log has it; members hear what was committed before and not relayed yet."""
        told = self._content
        if isinstance(told, Replica) or told.number != replica.number:
            try:
                missed = replica.doc.get_update(told.state_vector)
            except ENDING:
                raise
            except BaseException:
                missed = replica.doc.get_update()
            self._relay(protocol.change(missed))
        self._content = replica
        self._sizes.all_changed()
        self.is_ready.set()

    def present(self, member: Member, presences: list[Presence]) -> None:
        """Takes a member's awareness message in. Raises MalformedUpdate."""
        news = self.presences.told(member, member.person_id, member.rights.user, presences)
        self._tell(news, member.person_id)

    def present_elsewhere(self, process: str, person_id: int, presences: list[Presence]) -> None:
        if news := self.presences.heard(process, person_id, presences):
            self._relay(protocol.awareness(news))

    def expire_presences(self) -> None:
        if news := self.presences.expire():
            self._relay(protocol.awareness(news))

    def _tell(self, news: list[Presence], person_id: int) -> None:
        if news:
            self._relay(protocol.awareness(news))
            self.house.tell_others(self, person_id, news)
