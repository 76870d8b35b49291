"""The hub: one per process, between the streams in the database and all sockets that read them.

A subscription has sent its reader everything up to a number. When the stream's head is known to lie further on, the
hub loads the page that follows, once for all subscriptions that stand at the same number, and writes each frame to all
of them. So a socket that has just come back after 10,000 events and a socket that waits for the next one are served
alike, in order and exactly once; only the number of rounds differs. Hints say that a head has moved. As hints may be
lost, the heads of all streams that somebody reads are compared with the database every second, in one query.

Whoever does not acknowledge gets no more than ``live.readers`` allows, is closed if that lasts, and can resume.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from live import measures, queries
from live.domain.publishing import topic_of
from live.frames import NOT_FOUND, TOO_MANY, refetch, refused, subscribed
from live.kinds import readable
from live.queries import JustPublished, Page, Position
from live.readers import Feed, Outlet, Reader, Subscription
from sockets import background, hints, watch
from sockets.connection import TOO_SLOW, BadFrame
from sockets.database import DatabaseThread
from sockets.watch import Endable

logger = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
PAGE_EVENTS = 200
SUBSCRIPTIONS = 200
# Of each round: the groups of equal standing with the most readers, and those that have waited longest.
LARGEST_GROUPS = 4
OLDEST_GROUPS = 8
WRITES_AT_A_TIME = 500

Standing = tuple[str, int]
Admission = tuple[int, str, "asyncio.Future[Position | None]"]


class Load(NamedTuple):
    """How much a hub has to do: streams that somebody follows here, subscriptions to them, those that have events to
    come (and of these those that may get none before they acknowledge), and events on their way to readers."""

    streams: int
    subscriptions: int
    ready: int
    full: int
    unacknowledged: int


class Hub:
    """One event loop's hub. All of it runs in the loop; only the database is asked in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.database = DatabaseThread("live")
        self.readers: set[Reader] = set()
        self.feeds: dict[str, Feed] = {}
        self._listeners: dict[str, Callable[[hints.Payload], None]] = {}
        self._admissions: list[Admission] = []
        self._ready: dict[Subscription, None] = {}
        self._full: dict[Subscription, float] = {}
        self._asked = asyncio.Event()
        self._work = asyncio.Event()
        self._doubt = asyncio.Event()
        hints.on_trouble(self._doubt.set)
        background.keep_running(self._admit, "admitting readers")
        background.keep_running(self._serve, "serving streams")
        background.keep_running(self._check, "checking heads")

    def enter(self, socket: Outlet, person_id: int) -> Reader:
        reader = Reader(socket, person_id)
        self.readers.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        self.readers.discard(reader)
        for subscription in list(reader.subscriptions.values()):
            self._drop(subscription)

    async def subscribe(self, reader: Reader, stream: str, after: int | None) -> None:
        """Subscribes the reader, or puts its subscription elsewhere; answers with one frame, before the first event."""
        if (earlier := reader.subscriptions.get(stream)) is not None:
            self._drop(earlier)
        if len(reader.subscriptions) >= SUBSCRIPTIONS:
            await reader.socket.send_text(refused(stream, TOO_MANY))
            return
        answer: asyncio.Future[Position | None] = self.loop.create_future()
        self._admissions.append((reader.person_id, stream, answer))
        self._asked.set()
        position = await answer
        if position is None:
            await reader.socket.send_text(refused(stream, NOT_FOUND))
        elif after is not None and not position.continues(after):
            await reader.socket.send_text(refetch(stream, position.head))
        else:
            await reader.socket.send_text(subscribed(stream, position.head))
            if reader in self.readers:
                feed = self._feed(stream, position.head)
                subscription = Subscription(reader, feed, position.head if after is None else after)
                reader.subscriptions[stream] = subscription
                feed.subscriptions.add(subscription)
                self._place(subscription)

    def unsubscribe(self, reader: Reader, stream: str) -> None:
        if (subscription := reader.subscriptions.get(stream)) is not None:
            self._drop(subscription)

    def acknowledge(self, reader: Reader, stream: str, number: int) -> None:
        """Notes that all up to this number has arrived; BadFrame if that was never sent."""
        subscription = reader.subscriptions.get(stream)
        if subscription is None or number <= subscription.acknowledged:
            return
        if number > subscription.sent:
            raise BadFrame("acknowledges what was not sent")
        subscription.note_acknowledged(number)
        self._full.pop(subscription, None)
        self.flowing(reader)

    def flowing(self, reader: Reader) -> None:
        """Goes on with a reader that takes frames again."""
        for subscription in reader.subscriptions.values():
            if subscription.has_room:
                self._full.pop(subscription, None)
            self._place(subscription)

    async def check_rights(self, database: DatabaseThread) -> list[Endable]:
        """The sockets of those who lost a stream that they read (a rights check, see ``sockets.watch``)."""
        asked = {(reader.person_id, stream) for reader in self.readers for stream in reader.subscriptions}
        if not asked:
            return []
        lost = asked - await database.run(readable, asked)
        return [
            reader.socket
            for reader in (self.readers if lost else ())
            if any((reader.person_id, stream) in lost for stream in reader.subscriptions)
        ]

    @property
    def load(self) -> Load:
        subscriptions = [each for feed in self.feeds.values() for each in feed.subscriptions]
        unacknowledged = sum(len(each.lengths) for each in subscriptions)
        return Load(len(self.feeds), len(subscriptions), len(self._ready), len(self._full), unacknowledged)

    def _feed(self, stream: str, head: int) -> Feed:
        feed = self.feeds.get(stream)
        if feed is None:
            feed = self.feeds[stream] = Feed(stream, head)
            self._listeners[stream] = lambda hint: self._advance(stream, hint.get("head"), hint.get("published"))
            hints.listen(topic_of(stream), self._listeners[stream])
            self._doubt.set()  # the head may have moved between its reading and the first hint that is heard
        return feed

    def _advance(self, stream: str, head: object, published: JustPublished | None = None) -> None:
        """The stream's head is there, at least."""
        feed = self.feeds.get(stream)
        if feed is not None and isinstance(head, int) and head > feed.head:
            feed.head = head
            if published is not None:
                feed.note_published(published, self.loop.time())
            for subscription in feed.subscriptions:
                self._place(subscription)

    def _place(self, subscription: Subscription) -> None:
        """Lines the subscription up for the next round if there is something for it and it can take it."""
        if subscription.sent >= subscription.feed.head or not subscription.reader.socket.is_open:
            return
        if subscription.has_room and not subscription.reader.socket.is_stalled:
            self._ready[subscription] = None
            self._work.set()
        else:
            self._full.setdefault(subscription, self.loop.time())

    def _drop(self, subscription: Subscription) -> None:
        subscription.drop()
        self._ready.pop(subscription, None)
        self._full.pop(subscription, None)
        stream = subscription.feed.stream
        if not subscription.feed.subscriptions and self.feeds.get(stream) is subscription.feed:
            del self.feeds[stream]
            hints.unlisten(topic_of(stream), self._listeners.pop(stream))

    async def _admit(self) -> None:
        """One turn: answers all who asked to subscribe since the last one, together."""
        await self._asked.wait()
        self._asked.clear()
        admissions, self._admissions = self._admissions, []
        pairs = {(person_id, stream) for person_id, stream, _ in admissions}
        try:
            allowed, where = await self.database.run(_admitted, pairs)
        except BaseException as error:
            for _, _, answer in admissions:
                if not answer.done():
                    answer.set_exception(error)
            raise
        for person_id, stream, answer in admissions:
            if not answer.done():
                answer.set_result(where[stream] if (person_id, stream) in allowed else None)

    async def _serve(self) -> None:
        """One round: a page for each of some groups of subscriptions that stand at the same number."""
        if not self._ready:
            self._work.clear()
            await self._work.wait()
        await watch.settled()
        groups = self._choose()
        heads = {stream: self.feeds[stream].head for stream, _ in groups}
        pages = await self._pages(list(groups))
        written = delivered = 0
        for (stream, after), subscriptions in groups.items():
            page = pages[stream, after]
            for subscription in subscriptions:
                if subscription in self._ready and subscription.sent == after:
                    del self._ready[subscription]
                    self._deliver(subscription, page)
                    delivered += subscription.sent - after
                    written += len(page.frames)
                if written > WRITES_AT_A_TIME:
                    written = 0
                    await asyncio.sleep(0)
            feed = self.feeds.get(stream)
            if feed is not None and page.position.head < heads[stream] == feed.head:
                feed.head = page.position.head  # a hint promised what the database does not have
        measures.DELIVERED.inc(delivered)

    async def _pages(self, wanted: list[Standing]) -> dict[Standing, Page]:
        """What follows each: from the hand of whoever has just published it here, or from the database."""
        now, found = self.loop.time(), {}
        for stream, after in wanted:
            if (page := self.feeds[stream].page_at_hand(after, now)) is not None:
                found[stream, after] = page
        if missing := [standing for standing in wanted if standing not in found]:
            found |= zip(missing, await self.database.run(queries.pages, missing, PAGE_EVENTS), strict=True)
        return found

    def _choose(self) -> dict[Standing, list[Subscription]]:
        groups: dict[Standing, list[Subscription]] = {}
        for subscription in self._ready:
            groups.setdefault((subscription.feed.stream, subscription.sent), []).append(subscription)
        if len(groups) <= LARGEST_GROUPS + OLDEST_GROUPS:
            return groups
        largest = sorted(groups, key=lambda standing: len(groups[standing]), reverse=True)[:LARGEST_GROUPS]
        return {standing: groups[standing] for standing in dict.fromkeys([*largest, *list(groups)[:OLDEST_GROUPS]])}

    def _deliver(self, subscription: Subscription, page: Page) -> None:
        """Writes what the subscription waits for, as far as it may have it. This is what a delivery costs."""
        write = subscription.reader.socket.write
        for frame in page.frames:
            if not subscription.has_room or not write(frame):
                break
            subscription.note_sent(frame)
        if not page.frames and not self._continues(subscription, page):
            return
        if subscription.sent < subscription.feed.head:
            self._place(subscription)

    def _continues(self, subscription: Subscription, page: Page) -> bool:
        """Whether a page without a frame is one: otherwise the reader is told to fetch the whole anew."""
        if page.position.continues(subscription.sent) and subscription.sent == page.position.head:
            return True
        if subscription.reader.socket.write_text(refetch(subscription.feed.stream, page.position.head)):
            self._drop(subscription)
        else:
            self._place(subscription)
        return False

    async def _check(self) -> None:
        """One turn, each second and in doubt: ends those who are too slow, finds heads that no hint told of."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._doubt.wait()
        except TimeoutError:
            pass
        self._doubt.clear()
        late = self.loop.time() - PATIENCE_SECONDS
        for subscription in [subscription for subscription, since in self._full.items() if since <= late]:
            subscription.reader.socket.end(TOO_SLOW)
            self.leave(subscription.reader)
        if self.feeds:
            for stream, position in (await self.database.run(queries.positions, list(self.feeds))).items():
                self._advance(stream, position.head)


def _admitted(pairs: set[tuple[int, str]]) -> tuple[set[tuple[int, str]], dict[str, Position]]:
    allowed = readable(pairs)
    return allowed, queries.positions({stream for _, stream in allowed})


_hub: Hub | None = None


def hub() -> Hub:
    """The running loop's hub, started where there is none."""
    global _hub  # noqa: PLW0603 - one per process; a loop that ended leaves its place to the next
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
        background.at_end(_forget)
    return _hub


def _forget() -> None:
    global _hub  # noqa: PLW0603
    if _hub is not None:
        _hub.database.stop()
    _hub = None


def load() -> Load:
    """That of the process's hub, or nothing where it has none yet."""
    return _hub.load if _hub is not None else Load(0, 0, 0, 0, 0)


async def check_rights(database: DatabaseThread) -> list[Endable]:
    """The rights check of a process that may not have a hub yet."""
    return [] if _hub is None else await _hub.check_rights(database)
