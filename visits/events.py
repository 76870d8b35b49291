"""What happens on a visit's stream ``visit:<id>``.

The events name what changed and nothing more; whoever may read the visit fetches it. So a text that was deleted
stands in no event.
"""

from live.domain import Event

STREAM_KIND = "visit"


def stream_of(visit_id: int) -> str:
    return f"{STREAM_KIND}:{visit_id}"


def entry_added(visit_id: int, entry_id: int) -> Event:
    return Event(stream_of(visit_id), "entry.added", {"entry": entry_id})


def entry_changed(visit_id: int, entry_id: int) -> Event:
    """It was edited or deleted."""
    return Event(stream_of(visit_id), "entry.changed", {"entry": entry_id})


def participants_changed(visit_id: int) -> Event:
    return Event(stream_of(visit_id), "participants.changed", {})


def lesson_changed(visit_id: int, lesson_id: int) -> Event:
    """It was written, edited or deleted."""
    return Event(stream_of(visit_id), "lesson.changed", {"lesson": lesson_id})


def visit_changed(visit_id: int) -> Event:
    """Its days, place, objectives or programme were edited."""
    return Event(stream_of(visit_id), "visit.changed", {})


def story_changed(visit_id: int) -> Event:
    """Its draft was edited, reviewed, published or withdrawn, or somebody commented on it."""
    return Event(stream_of(visit_id), "story.changed", {})
