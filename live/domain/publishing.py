"""Publishing: an event is numbered and stored with the change it tells of, and sent when that is committed."""

import time

from django.db import transaction

from live import measures
from live.events import Event
from live.models import Stream, StreamEvent
from sockets import hints


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
    streams = _locked_streams({event.stream for event in events})
    rows = []
    for event, data in encoded:
        stream = streams[event.stream]
        stream.head += 1
        rows.append(StreamEvent(stream=stream, number=stream.head, name=event.name, data=data, subject=event.subject))
    StreamEvent.objects.bulk_create(rows)
    Stream.objects.bulk_update(streams.values(), ["head"])
    heads = {name: stream.head for name, stream in streams.items()}
    count = len(rows)
    transaction.on_commit(lambda: _committed(heads, count, begun))


def _committed(heads: dict[str, int], events: int, begun: float) -> None:
    measures.COMMITS.observe(time.perf_counter() - begun)
    measures.PUBLISHED.inc(events)
    tell(heads)


def tell(heads: dict[str, int]) -> None:
    """Lets every process know how far these streams have come."""
    for stream, head in heads.items():
        hints.send(topic_of(stream), {"head": head})


def topic_of(stream: str) -> str:
    """The topic of the hints about a stream."""
    return f"live.{stream}"


def _locked_streams(names: set[str]) -> dict[str, Stream]:
    """The streams of these names, made where there was none, locked in the order of their names.

    Missing ones are made before any is locked: two who make the same one then wait for each other only while they hold
    nothing that the other wants.
    """
    known = set(Stream.objects.filter(name__in=names).values_list("name", flat=True))
    if missing := sorted(names - known):
        Stream.objects.bulk_create([Stream(name=name) for name in missing], ignore_conflicts=True)
    locked = Stream.objects.select_for_update().filter(name__in=names).order_by("name")
    return {stream.name: stream for stream in locked}
