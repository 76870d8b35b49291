"""What is published is stored with the change it tells of, numbered without a gap, kept long enough."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from live.domain import Event, prune, publish, redact
from live.domain.keeping import KEPT_EVENTS
from live.events import LONGEST_DATA
from live.models import Stream, StreamEvent
from live.queries import events_after, head_of

pytestmark = pytest.mark.django_db

STREAM = "desk:1"


def note(n: int, stream: str = STREAM) -> Event:
    return Event(stream, "note.added", {"n": n}, subject=f"note:{n}")


def put(*events: Event) -> None:
    with transaction.atomic():
        publish(*events)


def numbers(stream: str = STREAM) -> list[int]:
    return list(StreamEvent.objects.filter(stream__name=stream).values_list("number", flat=True))


def test_each_stream_counts_for_itself() -> None:
    put(note(1), note(2, "desk:2"), note(3))
    put(note(4))
    assert (numbers(), numbers("desk:2")) == ([1, 2, 3], [1])
    assert (head_of(STREAM), head_of("desk:2"), head_of("desk:3")) == (3, 1, 0)


def test_what_is_rolled_back_leaves_no_gap() -> None:
    put(note(1))
    with transaction.atomic():
        publish(note(2))
        transaction.set_rollback(True)
    put(note(3))
    assert numbers() == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish(note(1))
    assert numbers() == []


def test_publishing_nothing_does_nothing() -> None:
    publish()
    assert not Stream.objects.exists()


@pytest.mark.parametrize(
    "event",
    [
        Event("topic", "note.added", {}),
        Event("topic:", "note.added", {}),
        Event("Topic:1", "note.added", {}),
        Event('topic:"1', "note.added", {}),
        Event("topic:1\n", "note.added", {}),
        Event("topic:1", 'note"added', {}),
        Event("topic:1", "note.added", {"n": float("nan")}),
        Event("topic:1", "note.added", {"text": "x" * LONGEST_DATA}),
        Event("topic:1", "note.added", {}, subject="x" * 201),
    ],
)
def test_what_cannot_be_sent_is_not_stored(event: Event) -> None:
    with pytest.raises(ValueError, match=r"cannot be|too long|is not a stream|JSON compliant"), transaction.atomic():
        publish(note(1), event)
    assert numbers() == []


def test_publishing_takes_the_same_few_queries_for_one_event_and_for_fifty() -> None:
    put(note(0))
    counts = []
    for count in (1, 50):
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            publish(*[note(n) for n in range(count)])
        counts.append(len(queries))
    assert counts == [3, 3]


def test_pages_are_read_oldest_first_and_end_at_the_head() -> None:
    put(*[note(n) for n in range(1, 8)])
    first = events_after(stream=STREAM, after=0, limit=3)
    assert ([event.number for event in first.events], first.head, first.refetch) == ([1, 2, 3], 7, False)
    last = events_after(stream=STREAM, after=5, limit=3)
    assert last.as_json() == {
        "head": 7,
        "events": [
            {"number": 6, "event": "note.added", "data": {"n": 6}},
            {"number": 7, "event": "note.added", "data": {"n": 7}},
        ],
        "refetch": False,
    }
    assert events_after(stream=STREAM, after=7).events == []
    assert events_after(stream=STREAM, after=0, limit=0).head == 7


@pytest.mark.parametrize("after", [8, -1, 2**63, 10**400])
def test_a_number_that_cannot_be_continued_says_so(after: int) -> None:
    put(*[note(n) for n in range(1, 8)])
    assert events_after(stream=STREAM, after=after).as_json() == {"head": 7, "events": [], "refetch": True}


def test_a_page_of_long_events_is_short(django_assert_num_queries: Any) -> None:
    put(*[Event(STREAM, "note.added", {"text": "x" * 400_000}) for _ in range(6)])
    with django_assert_num_queries(2):
        assert [event.number for event in events_after(stream=STREAM, after=0).events] == [1, 2, 3]


def test_redaction_empties_what_was_said_about_the_subject_and_nothing_else() -> None:
    put(note(1), note(2), note(1))
    put(Event("desk:2", "note.added", {"n": 1}, subject="note:1"))
    with transaction.atomic():
        redact(stream=STREAM, subject="note:1")
        publish(Event(STREAM, "note.withdrawn", {"id": 1}, subject="note:1"))
    assert [(event.name, event.data) for event in events_after(stream=STREAM, after=0).events] == [
        ("note.added", {}),
        ("note.added", {"n": 2}),
        ("note.added", {}),
        ("note.withdrawn", {"id": 1}),
    ]
    assert events_after(stream="desk:2", after=0).events[0].data == {"n": 1}


def test_only_what_is_old_and_far_behind_is_dropped() -> None:
    put(note(1))
    stream = Stream.objects.get(name=STREAM)
    old = timezone.now() - timedelta(days=31)
    StreamEvent.objects.bulk_create(
        StreamEvent(stream=stream, number=n, name="note.added", data="{}") for n in range(2, KEPT_EVENTS + 101)
    )
    Stream.objects.filter(pk=stream.pk).update(head=KEPT_EVENTS + 100)
    assert prune() == 0
    StreamEvent.objects.filter(number__lte=60).update(created_at=old)
    assert prune() == 60
    StreamEvent.objects.update(created_at=old)
    assert prune() == 40
    assert prune() == 0
    assert numbers()[0] == 101
    assert events_after(stream=STREAM, after=99).refetch
    assert events_after(stream=STREAM, after=100, limit=1).events[0].number == 101
    put(note(7))
    assert numbers()[-1] == KEPT_EVENTS + 101
