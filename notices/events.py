"""What a person's stream tells: that their notices are not what they were. The words are fetched, by who reads them."""

from typing import TypedDict

STREAM_KIND = "notices"
NOTICES_CHANGED = "notices.changed"


class NoticesChanged(TypedDict):
    """``unread``: how many there are now, see ``queries.COUNTED``."""

    unread: int


def stream_of(person_id: int) -> str:
    return f"{STREAM_KIND}:{person_id}"
