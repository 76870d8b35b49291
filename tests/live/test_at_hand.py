"""What a process has just published it need not read: the events at hand are those that it would read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from live.domain import Event, publish
from live.queries import JustPublished, pages
from live.readers import AT_HAND_SECONDS, LONGEST_AT_HAND, Feed
from sockets import hints

STREAM = "desk:1"


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[JustPublished]:
    """What this process's listeners are handed."""
    heard: list[JustPublished] = []

    def send(topic: str, payload: Any, *, here: Any) -> None:
        assert payload == {"head": here["published"].head}
        heard.append(here["published"])

    monkeypatch.setattr(hints, "send", send)
    return heard


def put(*events: Event) -> None:
    with transaction.atomic():
        publish(*events)


def note(text: str) -> Event:
    return Event(STREAM, "note.added", {"text": text}, subject="note:1")


@pytest.mark.django_db
def test_what_is_at_hand_is_what_would_be_read(
    handed: list[JustPublished], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        put(note("one"))
        put(note("two, with an ünusual “letter”"), Event("desk:2", "note.added", {}), note("three"))
    assert [(one.after, one.head, len(one.texts)) for one in handed] == [(0, 1, 1), (1, 3, 2), (0, 1, 1)]
    (read,) = pages([(STREAM, 1)], 200)
    at_hand = handed[1].as_page()
    assert [frame.content for frame in at_hand.frames] == [frame.content for frame in read.frames]
    assert at_hand.position == read.position


@pytest.mark.django_db
def test_nothing_is_handed_over_of_what_is_rolled_back(
    handed: list[JustPublished], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        publish(note("one"))
        transaction.set_rollback(True)
    assert handed == []


@pytest.fixture
def feed() -> Feed:
    """A stream of which event 5 was published at second 10."""
    made = Feed(STREAM, 5)
    made.note_published(JustPublished(5, 1, ["{}"]), 10.0)
    return made


def test_a_reader_that_misses_more_than_that_is_served_from_the_database(feed: Feed) -> None:
    assert feed.page_at_hand(3, 10.0) is None
    page = feed.page_at_hand(4, 10.0)
    assert page is not None
    assert [frame.content for frame in page.frames] == ["{}"]


def test_what_lay_at_hand_for_a_while_may_have_been_withdrawn_and_is_read_anew(feed: Feed) -> None:
    assert feed.page_at_hand(4, 10.0 + AT_HAND_SECONDS) is not None
    assert feed.page_at_hand(4, 10.1 + AT_HAND_SECONDS) is None


def test_what_is_long_is_not_kept_at_hand(feed: Feed) -> None:
    feed.note_published(JustPublished(6, 1, ["x" * LONGEST_AT_HAND]), 10.0)
    assert feed.page_at_hand(5, 10.0) is not None
    feed.note_published(JustPublished(7, 1, ["x" * LONGEST_AT_HAND, "x"]), 10.0)
    assert feed.page_at_hand(6, 10.0) is None
