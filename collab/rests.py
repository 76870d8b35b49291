"""Whose updates take long is not read for a while, so that everybody else has their turn."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# Whose update takes more of the processor's time than this is not read again, on any of their connections, for so many
# times as long as that took.
DEAR_SECONDS = 0.02
REST = 3.0
LONGEST_REST_SECONDS = 20.0
# The thread's own clock is a system call, at which a busy machine likes to take the processor away: it is read no more
# often than this, and by so much what an update took may be overrated.
READING_SECONDS = 0.005


class Rests:
    """Until when each person rests, in one document."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}
        self._read_at = float("-inf")
        self._spent_by_then = 0.0

    def left(self, person_id: int) -> float:
        """For how many seconds this person is not read."""
        return self._until.get(person_id, 0.0) - time.monotonic()

    @contextmanager
    def charged(self, person_id: int) -> Iterator[None]:
        """What happens inside is this person's. Time during which others had the processor is not counted."""
        begun = time.monotonic()
        if begun - self._read_at > READING_SECONDS:
            self._read_at, self._spent_by_then = begun, time.thread_time()
        try:
            yield
        finally:
            now = time.monotonic()
            if now - begun > DEAR_SECONDS:
                spent = min(now - begun, time.thread_time() - self._spent_by_then)
                if spent > DEAR_SECONDS:
                    rested = max(self._until.get(person_id, 0.0), now) + spent * REST
                    self._until[person_id] = min(rested, now + LONGEST_REST_SECONDS)
