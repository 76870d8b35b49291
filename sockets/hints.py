"""Hints between the processes: "look there, something may have changed". They may be lost; the database is the truth.

A hint reaches the listeners of its own process without any help. Where there is a channel layer between processes
(Redis), a task in the background carries it to the others; a layer that is stopped, dead or slow delays nobody and
costs hints alone. Whoever listens therefore also looks for themselves from time to time, and at once when told of
trouble.
"""

import asyncio
import contextlib
import hashlib
import logging
import threading
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from sockets import background

logger = logging.getLogger(__name__)

Payload = Mapping[str, Any]
Listener = Callable[[Payload], None]

BEAT_SECONDS = 1.0
# Without an echo of one's own beats for this long, the layer counts as lost, whatever it says about itself.
SILENCE_SECONDS = 4.0
STEP_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 5.0
WAITING_HINTS = 1000


class Exchange:
    """One event loop's end of the exchange of hints."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.name = uuid.uuid4().hex
        self.layer = get_channel_layer()
        # In-memory layers reach no other process, and this one's listeners are reached directly.
        self.alone = self.layer is None or isinstance(self.layer, InMemoryChannelLayer)
        self.listeners: dict[str, list[Listener]] = defaultdict(list)
        self.trouble_listeners: list[Callable[[], None]] = []
        self._joined: set[str] = set()
        self._channel = ""
        self._outbox: deque[tuple[str, Payload]] = deque(maxlen=WAITING_HINTS)
        self._wake = asyncio.Event()
        self._heard_at = self._beat_at = loop.time()
        self._pause = 0.0
        self._receiving: asyncio.Task[None] | None = None
        self._beat_topic = f"beat.{self.name}"
        if not self.alone:
            # The layer's own receiver writes a traceback a second while Redis is away; one line from here says it.
            logging.getLogger("channels_redis").setLevel(logging.CRITICAL)
            self.listeners[self._beat_topic].append(self._hear_beat)
            background.keep_running(self._carry, "carrying hints to other processes")

    @property
    def waiting(self) -> int:
        return len(self._outbox)

    def deliver(self, topic: str, payload: Payload) -> None:
        for listener in list(self.listeners.get(topic, ())):
            try:
                listener(payload)
            except Exception:
                logger.exception("A listener to the hints of %s failed", topic)

    def post(self, topic: str, payload: Payload, here: Payload) -> None:
        """Delivers in this process and leaves the rest to the background; only in the loop's own thread."""
        self.deliver(topic, {**payload, **here})
        if not self.alone:
            self._outbox.append((topic, payload))
            self._wake.set()

    def changed(self) -> None:
        """Tells the background that topics were added or dropped."""
        self._wake.set()

    async def _carry(self) -> None:
        """One turn: joins and leaves groups as listened to, sends what waits, and a beat now and then."""
        self._wake.clear()
        if self.loop.time() - self._beat_at >= BEAT_SECONDS:
            self._beat_at = self.loop.time()
            self._outbox.append((self._beat_topic, {}))
        try:
            if not self._channel:
                await self._open()
            async with asyncio.timeout(STEP_SECONDS):
                await self._join_and_leave()
            while self._outbox:
                topic, payload = self._outbox.popleft()
                async with asyncio.timeout(STEP_SECONDS):
                    await self._send(topic, payload)
            if self.loop.time() - self._heard_at > SILENCE_SECONDS:
                raise TimeoutError("it no longer brings this process's own hints back")
        except Exception as error:
            await self._recover(error)
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BEAT_SECONDS):
                await self._wake.wait()

    async def _open(self) -> None:
        async with asyncio.timeout(STEP_SECONDS):
            channel = await self.layer.new_channel()
        self._receiving = background.keep_running(lambda: self._receive(channel), "receiving hints")
        self._heard_at = self.loop.time()
        self._channel = channel

    async def _join_and_leave(self) -> None:
        wanted = {topic for topic, listeners in self.listeners.items() if listeners}
        for topic in wanted - self._joined:
            await self.layer.group_add(_group(topic), self._channel)
            self._joined.add(topic)
        for topic in self._joined - wanted:
            await self.layer.group_discard(_group(topic), self._channel)
            self._joined.discard(topic)

    async def _send(self, topic: str, payload: Payload) -> None:
        message = {"type": "hint", "from": self.name, "topic": topic, "payload": dict(payload)}
        await self.layer.group_send(_group(topic), message)

    async def _receive(self, channel: str) -> None:
        message = await self.layer.receive(channel)
        if message["topic"] == self._beat_topic or message["from"] != self.name:
            self.deliver(message["topic"], message["payload"])

    def _hear_beat(self, _payload: Payload) -> None:
        self._heard_at = self.loop.time()
        if self._pause:
            self._pause = 0.0
            logger.warning("The channel layer works again.")
            self._tell_of_trouble()

    async def _recover(self, error: Exception) -> None:
        """Forgets the layer's connections, tells those who want to look for themselves, pauses before the next try."""
        if not self._pause:
            logger.warning(
                "The channel layer fails (%s); changes of other processes arrive late.", error or repr(error)
            )
        self._pause = min(self._pause * 2 or 0.25, LONGEST_PAUSE_SECONDS)
        self._channel = ""
        self._joined.clear()
        self._outbox.clear()
        self._tell_of_trouble()
        if self._receiving is not None:
            await background.end_tasks([self._receiving])
            self._receiving = None
        with contextlib.suppress(Exception):
            async with asyncio.timeout(STEP_SECONDS):
                await self.layer.flush()
        await asyncio.sleep(self._pause)

    def _tell_of_trouble(self) -> None:
        for callback in list(self.trouble_listeners):
            try:
                callback()
            except Exception:
                logger.exception("A listener to the channel layer's troubles failed")


def _group(topic: str) -> str:
    """A topic's name as every channel layer takes it: ASCII, below 100 characters."""
    return f"hint.{hashlib.sha256(topic.encode()).hexdigest()[:40]}"


_exchange: Exchange | None = None
_start_lock = threading.Lock()


def start() -> Exchange:
    """The running loop's exchange, started where there is none. A process of jobs or commands has none."""
    global _exchange  # noqa: PLW0603 - one per process; a loop that ended leaves its place to the next
    loop = asyncio.get_running_loop()
    with _start_lock:
        if _exchange is None or _exchange.loop is not loop:
            _exchange = Exchange(loop)
            background.at_end(forget)
        return _exchange


def forget() -> None:
    """Drops this process's exchange: hints go nowhere until it is started again."""
    global _exchange  # noqa: PLW0603
    _exchange = None


def listen(topic: str, callback: Listener) -> None:
    """From now on calls ``callback(payload)`` in the event loop for each hint on this topic. Call it there."""
    exchange = start()
    exchange.listeners[topic].append(callback)
    exchange.changed()


def unlisten(topic: str, callback: Listener) -> None:
    """The opposite of ``listen``; nothing happens where it was not listening."""
    exchange = start()
    callbacks = exchange.listeners.get(topic, [])
    if callback in callbacks:
        callbacks.remove(callback)
    if not callbacks:
        exchange.listeners.pop(topic, None)
    exchange.changed()


def send(topic: str, payload: Payload, *, here: Payload = MappingProxyType({})) -> None:
    """Sends a hint to the listeners of every process, from any thread, without waiting and without raising. The
    payload holds what JSON can, and bytes; what stands in ``here`` besides, which may be anything, is for this
    process's listeners. A process without sockets sends none: the others look for themselves."""
    exchange = _exchange
    if exchange is None:
        return
    with contextlib.suppress(RuntimeError):  # its loop was closed: nobody listens any more
        exchange.loop.call_soon_threadsafe(exchange.post, topic, payload, here)


def waiting() -> int:
    """How many hints of this process wait to be sent to others."""
    return _exchange.waiting if _exchange is not None else 0


def on_trouble(callback: Callable[[], None]) -> None:
    """Calls ``callback()`` in the event loop when hints may have been lost: as the layer fails and as it is back."""
    start().trouble_listeners.append(callback)
