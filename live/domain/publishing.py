"""Publishing: an event is numbered and stored with the change it tells of, and sent when that is committed."""

import time
from collections import Counter
from collections.abc import Mapping

from django.db import connection, transaction

from live import measures
from live.events import Event, text_of
from live.models import Stream, StreamEvent
from live.queries import JustPublished
from sockets import hints

# Without RETURNING, which the SQLite of an older system does not know.
_ADVANCE = """
INSERT INTO live_stream (name, head, first) VALUES {rows}
ON CONFLICT (name) DO UPDATE SET head = live_stream.head + excluded.head
"""


def publish(*events: Event) -> None:
    """Numbers and stores the events, in the order given, inside the caller's transaction; after its commit every
    reader gets them. Nothing is heard of them if it is rolled back.

    The streams stay locked until the transaction ends, taken in the order of their names: whoever publishes on several
    does so in one call, the last thing before the end of the transaction. Raises ValueError for an event that is none
    (see ``Event.encoded``), TransactionManagementError outside a transaction.
    """
    if not events:
        return
    encoded = [(event, event.encoded()) for event in events]
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Events are published in the transaction of what they tell of.")
    begun = time.perf_counter()
    counts = Counter(event.stream for event, _ in encoded)
    streams = _advanced(counts)
    numbers = {name: stream.head - counts[name] for name, stream in streams.items()}
    rows = []
    for event, data in encoded:
        numbers[event.stream] += 1
        stream, number = streams[event.stream], numbers[event.stream]
        rows.append(StreamEvent(stream_id=stream.pk, number=number, name=event.name, data=data, subject=event.subject))
    StreamEvent.objects.bulk_create(rows)
    texts: dict[str, list[str]] = {name: [] for name in streams}
    for (event, data), row in zip(encoded, rows, strict=True):
        texts[event.stream].append(text_of(event.stream, row.number, event.name, data))
    news = {name: JustPublished(stream.head, stream.first, texts[name]) for name, stream in streams.items()}
    transaction.on_commit(lambda: _committed(news, len(rows), begun))


def _committed(news: dict[str, JustPublished], events: int, begun: float) -> None:
    """Lets every process know how far these streams have come; this one's hub is handed what it would have to read."""
    measures.COMMITS.observe(time.perf_counter() - begun)
    measures.PUBLISHED.inc(events)
    for stream, published in news.items():
        hints.send(topic_of(stream), {"head": published.head}, here={"published": published})


def topic_of(stream: str) -> str:
    """The topic of the hints about a stream."""
    return f"live.{stream}"


def _advanced(counts: Mapping[str, int]) -> dict[str, Stream]:
    """The streams of these names after so many events more, made where there was none, and locked.

    One statement makes, locks and advances them one after the other in the order of their names, so that of two who
    publish on the same streams one waits for the other and never each for the other.
    """
    names = sorted(counts)
    rows = ", ".join(f"(%s, {counts[name]:d}, 1)" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE.format(rows=rows), names)
    return {stream.name: stream for stream in Stream.objects.filter(name__in=names)}
