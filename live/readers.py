"""Who reads what, and how far: the hub's book-keeping of sockets, streams and the subscriptions between them."""

from collections import deque
from typing import Protocol

from live.queries import JustPublished, Page
from sockets.frames import Frame

# What may be on its way to one reader without having been acknowledged: events of one stream, and characters of all.
UNACKNOWLEDGED_EVENTS = 1000
UNACKNOWLEDGED_LENGTH = 4 * 1024 * 1024
# For so long, and up to so many characters, a stream's newest events need not be read by the process that wrote them.
AT_HAND_SECONDS = 0.25
LONGEST_AT_HAND = 64 * 1024


class Outlet(Protocol):
    """A socket, as the hub sees it (``sockets.connection.Socket``)."""

    is_open: bool

    @property
    def is_stalled(self) -> bool: ...

    def write(self, frame: Frame) -> bool: ...

    def write_text(self, text: str) -> bool: ...

    async def send_text(self, text: str) -> None: ...

    def end(self, code: int) -> None: ...


class Reader:
    """A socket with what it subscribed to."""

    def __init__(self, socket: Outlet, person_id: int) -> None:
        self.socket = socket
        self.person_id = person_id
        self.subscriptions: dict[str, Subscription] = {}
        self.unacknowledged_length = 0


class Feed:
    """A stream with its subscriptions in this process. ``head`` is the last number that is known to be committed,
    ``published`` what this process has just committed, since ``published_at``."""

    __slots__ = ("head", "published", "published_at", "stream", "subscriptions")

    def __init__(self, stream: str, head: int) -> None:
        self.stream = stream
        self.head = head
        self.subscriptions: set[Subscription] = set()
        self.published: JustPublished | None = None
        self.published_at = 0.0

    def note_published(self, published: JustPublished, now: float) -> None:
        if sum(map(len, published.texts)) <= LONGEST_AT_HAND:
            self.published, self.published_at = published, now

    def page_at_hand(self, after: int, now: float) -> Page | None:
        """The page that follows the number, if that is what was just published. What is older is read anew, as it may
        have been withdrawn meanwhile."""
        published = self.published
        if published is None or published.after != after or now - self.published_at > AT_HAND_SECONDS:
            return None
        return published.as_page()


class Subscription:
    """How far one reader is in one stream: all up to ``acknowledged`` has arrived, all up to ``sent`` is on its way."""

    __slots__ = ("acknowledged", "feed", "lengths", "reader", "sent")

    def __init__(self, reader: Reader, feed: Feed, after: int) -> None:
        self.reader = reader
        self.feed = feed
        self.sent = self.acknowledged = after
        self.lengths: deque[int] = deque()

    @property
    def is_current(self) -> bool:
        """Whether the reader still has it, and has not subscribed anew since."""
        return self.reader.subscriptions.get(self.feed.stream) is self

    @property
    def has_room(self) -> bool:
        """Whether more may be sent before something is acknowledged."""
        return len(self.lengths) < UNACKNOWLEDGED_EVENTS and self.reader.unacknowledged_length < UNACKNOWLEDGED_LENGTH

    def note_sent(self, frame: Frame) -> None:
        length = len(frame.content)
        self.sent += 1
        self.lengths.append(length)
        self.reader.unacknowledged_length += length

    def note_acknowledged(self, number: int) -> None:
        """``number`` lies between ``acknowledged`` and ``sent``."""
        for _ in range(number - self.acknowledged):
            self.reader.unacknowledged_length -= self.lengths.popleft()
        self.acknowledged = number

    def drop(self) -> None:
        """Takes it from its reader and its stream; what it had on its way counts no more."""
        self.reader.unacknowledged_length -= sum(self.lengths)
        self.lengths.clear()
        self.feed.subscriptions.discard(self)
        if self.is_current:
            del self.reader.subscriptions[self.feed.stream]
