"""Who is at which place in a document, under the name that the server gives them.

A connection owns one Yjs client id at most: the first that nobody else has. What it says about others (stock clients
repeat what they hear) is not passed on. A state is valid until its connection ends, or, where it came from another
process, until it has not been renewed for a while.
"""

import json
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from collab.protocol import Presence
from collab.quotas import MAX_PRESENCE_BYTES
from collab.updates import MalformedUpdate

GONE = "null"
# How long a client id that left can be taken up by nobody else than its person.
REMEMBERED_SECONDS = 300.0
# Clients renew their state every 15 s.
RENEWED_WITHIN_SECONDS = 45.0


@dataclass(slots=True)
class Shown:
    """The state of one client id; ``owner`` is a connection of this process, or another process by its name."""

    clock: int
    state: str
    person_id: int
    owner: Hashable
    at: float


class Presences:
    """Who is shown in one document."""

    def __init__(self) -> None:
        self._shown: dict[int, Shown] = {}
        self._owned: dict[Hashable, int] = {}

    def everyone(self) -> list[Presence]:
        """The states to tell a newcomer."""
        return [Presence(client, s.clock, s.state) for client, s in self._shown.items() if s.state != GONE]

    def of(self, owner: Hashable) -> list[Presence]:
        client = self._owned.get(owner)
        shown = self._shown.get(client) if client is not None else None
        if client is None or shown is None or shown.state == GONE:
            return []
        return [Presence(client, shown.clock, shown.state)]

    def told(
        self, owner: Hashable, person_id: int, user: Mapping[str, str], presences: list[Presence]
    ) -> list[Presence]:
        """What of this connection's message everybody is to be told. Raises MalformedUpdate for a state that is too
        large or no JSON object."""
        news: list[Presence] = []
        for client, clock, state in presences:
            if not self._may_speak_for(owner, person_id, client, clock, state):
                continue
            known = self._shown.get(client)
            if known is not None and not (clock > known.clock or (clock == known.clock and state == GONE)):
                continue
            if known is not None and known.state == GONE and state == GONE:
                continue
            told = _named(state, user)
            if known is not None and known.owner is not owner:
                self._owned.pop(known.owner, None)
            self._owned[owner] = client
            self._shown[client] = Shown(clock, told, person_id, owner, time.monotonic())
            news.append(Presence(client, clock, told))
        return news

    def _may_speak_for(self, owner: Hashable, person_id: int, client: int, clock: int, state: str) -> bool:
        own = self._owned.get(owner)
        if own is not None:
            return own == client
        if state == GONE:
            return False
        known = self._shown.get(client)
        return known is None or (known.person_id == person_id and clock > known.clock)

    def heard(self, process: str, person_id: int, presences: list[Presence]) -> list[Presence]:
        """Takes over what another process told its own clients; returns what is new here."""
        news: list[Presence] = []
        for client, clock, state in presences:
            known = self._shown.get(client)
            if known is not None:
                if known.person_id != person_id or clock < known.clock:
                    continue
                if clock == known.clock and state == known.state:
                    known.at = time.monotonic()
                    continue
                if known.owner != process:
                    self._owned.pop(known.owner, None)
            self._shown[client] = Shown(clock, state, person_id, process, time.monotonic())
            news.append(Presence(client, clock, state))
        return news

    def left(self, owner: Hashable) -> list[Presence]:
        """The connection has ended: what everybody is to be told about that."""
        client = self._owned.pop(owner, None)
        shown = self._shown.get(client) if client is not None else None
        if client is None or shown is None or shown.owner is not owner:
            return []
        was_gone = shown.state == GONE
        shown.state, shown.owner, shown.at = GONE, None, time.monotonic()
        return [] if was_gone else [Presence(client, shown.clock, GONE)]

    def expire(self) -> list[Presence]:
        """Forgets who left long ago, and returns those who are to be told as gone: another process's clients of which
        nothing was heard for a while."""
        now = time.monotonic()
        news: list[Presence] = []
        for client, shown in list(self._shown.items()):
            age = now - shown.at
            if shown.owner in self._owned:
                continue
            if shown.state == GONE:
                if age > REMEMBERED_SECONDS:
                    del self._shown[client]
            elif age > RENEWED_WITHIN_SECONDS:
                shown.state, shown.at = GONE, now
                news.append(Presence(client, shown.clock, GONE))
        return news


def _named(state: str, user: Mapping[str, str]) -> str:
    """The state with the user whom the server knows in the place of whom it names."""
    if state == GONE:
        return GONE
    if len(state.encode()) > MAX_PRESENCE_BYTES:
        raise MalformedUpdate(f"a presence is larger than {MAX_PRESENCE_BYTES} bytes")
    try:
        parsed = json.loads(state)
        named = parsed | {"user": dict(user)}
        return json.dumps(named, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise MalformedUpdate("a presence is not a JSON object") from None
