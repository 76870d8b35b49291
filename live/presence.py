"""Who is here, and who is typing: the people whose pages show a stream at this moment.

Nothing of it is stored. A socket that says so is present for as long as it is open and subscribed, and typing for some
seconds after each time it says that. Each process tells the others by hints whom it has; one that falls silent is taken
for gone. Whoever is present is told of all, at most a few times a second and only when something changed.
"""

import asyncio
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from live.frames import people_frame
from live.kinds import may_type
from live.readers import Reader
from sockets import background, hints, watch
from sockets.database import DatabaseThread
from sockets.frames import Frame

TYPING_SECONDS = 6.0
# For so long the answer to who may type holds: what a socket says may come faster than one would ask.
TRUST_SECONDS = 2.0
# A process tells the others again after the first of these, and is taken for gone after the second.
BEAT_SECONDS = 3.0
SILENCE_SECONDS = 8.0
TURN_SECONDS = 1.0
PAUSE_SECONDS = 0.2
# So many people are named; of the others the number is told.
NAMED = 50
NAMED_BETWEEN_PROCESSES = 500


@dataclass(frozen=True, slots=True)
class Presence:
    """One person at one stream."""

    person_id: int
    name: str
    is_typing: bool


People = dict[int, Presence]


class Guest:
    """One socket that is present at one stream. ``told`` is the last frame that it got; ``may_type`` is known since
    ``known_at``."""

    __slots__ = ("known_at", "may_type", "name", "told", "typing_until")

    def __init__(self, name: str) -> None:
        self.name = name
        self.may_type = False
        self.known_at = float("-inf")
        self.typing_until = 0.0
        self.told: Frame | None = None


class Gathering:
    """The people at one stream, as this process knows them: its own by socket, the others' by process."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.guests: dict[Reader, Guest] = {}
        self.elsewhere: dict[str, tuple[float, People]] = {}
        self.announced: People = {}
        self.announced_at = 0.0
        self.shown: list[Presence] | None = None
        self.frame = Frame("")

    def own(self, now: float) -> People:
        found: People = {}
        for reader, guest in self.guests.items():
            before = found.get(reader.person_id)
            is_typing = guest.typing_until > now or (before is not None and before.is_typing)
            found[reader.person_id] = Presence(reader.person_id, guest.name, is_typing)
        return found

    def everybody(self, now: float) -> list[Presence]:
        """All people here, those who type first, then by name; forgets the processes that fell silent."""
        self.elsewhere = {
            process: (heard_at, people)
            for process, (heard_at, people) in self.elsewhere.items()
            if heard_at > now - SILENCE_SECONDS
        }
        found = self.own(now)
        for _, people in self.elsewhere.values():
            for person_id, presence in people.items():
                if person_id not in found or presence.is_typing:
                    found[person_id] = presence
        return sorted(found.values(), key=lambda one: (not one.is_typing, one.name, one.person_id))


class Gatherings:
    """One event loop's gatherings. All of it runs in the loop; only who may type is asked of the database."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.process = uuid.uuid4().hex
        self.database = DatabaseThread("presence")
        self.gatherings: dict[str, Gathering] = {}
        self._listeners: dict[str, Callable[[hints.Payload], None]] = {}
        self._changed = asyncio.Event()
        background.keep_running(self._turn, "telling who is here")

    async def enter(self, reader: Reader, stream: str, name: str, *, is_typing: bool) -> None:
        """The reader, who is subscribed to the stream, is there; and types, if they may write there."""
        if stream not in reader.subscriptions:
            return
        guest = self._gathering(stream).guests.setdefault(reader, Guest(name))
        if is_typing and self.loop.time() - guest.known_at > TRUST_SECONDS:
            guest.may_type = await self.database.run(may_type, reader.person_id, stream)
            guest.known_at = self.loop.time()
        guest.typing_until = self.loop.time() + TYPING_SECONDS if is_typing and guest.may_type else 0.0
        self._changed.set()

    def leave(self, reader: Reader, stream: str) -> None:
        gathering = self.gatherings.get(stream)
        if gathering is not None and gathering.guests.pop(reader, None) is not None:
            self._changed.set()

    def look(self) -> None:
        """A socket has closed, or a subscription has ended."""
        self._changed.set()

    def _gathering(self, stream: str) -> Gathering:
        gathering = self.gatherings.get(stream)
        if gathering is None:
            gathering = self.gatherings[stream] = Gathering(stream)
            self._listeners[stream] = lambda hint: self._hear(stream, hint)
            hints.listen(_topic(stream), self._listeners[stream])
            hints.send(_topic(stream), {"from": self.process, "asks": True})
        return gathering

    def _hear(self, stream: str, hint: hints.Payload) -> None:
        """Another process tells whom it has there, or asks whom we have."""
        gathering, process = self.gatherings.get(stream), hint["from"]
        if gathering is None or process == self.process:
            return
        if hint.get("asks"):
            gathering.announced_at = 0.0
        else:
            people = {person_id: Presence(person_id, name, is_typing) for person_id, name, is_typing in hint["people"]}
            gathering.elsewhere[process] = (self.loop.time(), people)
        self._changed.set()

    async def _turn(self) -> None:
        """Looks who has gone, and tells whoever has to hear of a change; at once, and once a second."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            pass
        self._changed.clear()
        await watch.settled()
        now = self.loop.time()
        for stream, gathering in list(self.gatherings.items()):
            _forget_gone(gathering)
            self._announce(gathering, now)
            if gathering.guests:
                _show(gathering, now)
            else:
                del self.gatherings[stream]
                hints.unlisten(_topic(stream), self._listeners.pop(stream))
        await asyncio.sleep(PAUSE_SECONDS)

    def _announce(self, gathering: Gathering, now: float) -> None:
        people = gathering.own(now)
        if people == gathering.announced and now - gathering.announced_at < BEAT_SECONDS:
            return
        gathering.announced, gathering.announced_at = people, now
        told = [[one.person_id, one.name, one.is_typing] for one in _first(people.values(), NAMED_BETWEEN_PROCESSES)]
        hints.send(_topic(gathering.stream), {"from": self.process, "people": told})


def _first(people: Iterable[Presence], count: int) -> list[Presence]:
    """Of these so many, those who type before the others."""
    return sorted(people, key=lambda one: not one.is_typing)[:count]


def _forget_gone(gathering: Gathering) -> None:
    for reader in list(gathering.guests):
        if not reader.socket.is_open or gathering.stream not in reader.subscriptions:
            del gathering.guests[reader]


def _show(gathering: Gathering, now: float) -> None:
    """Brings each guest up to date; one whose peer does not read gets what is true when it does again."""
    everybody = gathering.everybody(now)
    if everybody != gathering.shown:
        gathering.shown = everybody
        named: list[dict[str, Any]] = [
            {"id": one.person_id, "name": one.name, "typing": one.is_typing} for one in everybody[:NAMED]
        ]
        gathering.frame = Frame(people_frame(gathering.stream, len(everybody), named))
    for reader, guest in gathering.guests.items():
        if guest.told is not gathering.frame and reader.socket.write(gathering.frame):
            guest.told = gathering.frame


def _topic(stream: str) -> str:
    return f"presence.{stream}"


_gatherings: Gatherings | None = None


def gatherings() -> Gatherings:
    """The running loop's gatherings, begun where there are none."""
    global _gatherings  # noqa: PLW0603 - one per process; a loop that ended leaves its place to the next
    if _gatherings is None or _gatherings.loop is not asyncio.get_running_loop():
        _gatherings = Gatherings()
        background.at_end(_forget)
    return _gatherings


def _forget() -> None:
    global _gatherings  # noqa: PLW0603
    if _gatherings is not None:
        _gatherings.database.stop()
    _gatherings = None
