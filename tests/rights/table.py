"""Who may do what, as data: the words in which each room writes its rows (``rows_<room>.py``).

A row says what each person of the cast is told when they ask one address by one method. A module of rows has

- ``ROWS``: a list of ``Row``;
- optionally ``objects(stage) -> dict[str, object]``: makes, inside Agrifood, what the addresses name as ``{key}``;
- optionally ``CHANNELS``: a list of ``Channel``, one per kind of stream, document and file that the room registers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.test import Client

from groups.models import Person, WorkingGroup
from tests.conftest import Cast

# Who there is. All belong to Agrifood unless said; the objects do, too.
PUBLIC = "public"  # not signed in
OUTSIDER = "outsider"  # a partner in Tourism
OTHER_COORDINATOR = "other_coordinator"  # the coordinator of Tourism
OBSERVER = "observer"
AGENCY = "agency"
PARTNER = "partner"
DEPUTY = "deputy"
COORDINATOR = "coordinator"
MANDATE_HOLDER = "mandate_holder"  # speaks for Lombardy, is in no group
DIRECTOR = "director"  # the exchange director
SECRETARIAT = "secretariat"
REMOVED = "removed"  # was a partner in Agrifood
DEACTIVATED = "deactivated"  # is a partner in Agrifood whose account is closed

EVERYBODY = frozenset(
    {PUBLIC, OUTSIDER, OTHER_COORDINATOR, OBSERVER, AGENCY, PARTNER, DEPUTY, COORDINATOR, MANDATE_HOLDER}
    | {DIRECTOR, SECRETARIAT, REMOVED, DEACTIVATED}
)
NOBODY = frozenset({PUBLIC, DEACTIVATED})
SIGNED_IN = EVERYBODY - NOBODY
LEADERS = frozenset({COORDINATOR, DEPUTY})
WRITERS = LEADERS | {AGENCY, PARTNER}
MEMBERS = WRITERS | {OBSERVER}
OFFICES = frozenset({DIRECTOR, SECRETARIAT})
READERS = MEMBERS | OFFICES
NO_ONE: frozenset[str] = frozenset()

# What somebody is told: a status, or that they are sent to sign in.
SIGN_IN = "sign in"
Told = int | str


@dataclass(frozen=True)
class Row:
    """What everybody is told who asks ``address`` by ``method``.

    Whoever is in ``may`` is told ``status``; whoever is in ``sees`` sees the thing and is refused, 403; all others
    who are signed in are told ``otherwise``; nobody (and a closed account) is sent to sign in, or told 401 by the
    API, or ``nobody``. ``but`` names exceptions. ``send`` is the form, or under /api/ the JSON. ``shows`` is a text
    that everybody in ``may`` must find in the answer and nobody else may.
    """

    method: str
    address: str
    may: frozenset[str]
    status: int = 200
    sees: frozenset[str] = NO_ONE
    otherwise: Told = 404
    nobody: Told | None = None
    but: Mapping[str, Told] = field(default_factory=dict)
    send: Mapping[str, object] | None = None
    shows: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/")

    def told(self, who: str) -> Told:
        if who in self.but:
            return self.but[who]
        if who in self.may:
            return self.status
        if who in self.sees:
            return 403
        if who not in NOBODY:
            return self.otherwise
        if self.nobody is not None:
            return self.nobody
        return 401 if self.is_api else SIGN_IN


@dataclass(frozen=True)
class Channel:
    """Who may read and write a stream, document or file of this kind; ``key`` as in a row's address."""

    sort: str  # "stream", "document" or "file"
    kind: str
    key: str
    reads: frozenset[str]
    writes: frozenset[str] = NO_ONE

    def __str__(self) -> str:
        return f"{self.sort} {self.kind}:{self.key}"


@dataclass(frozen=True)
class Stage:
    """``people`` by the table's words (None: nobody); ``things`` are what the addresses name."""

    cast: Cast
    agrifood: WorkingGroup
    tourism: WorkingGroup
    people: dict[str, Person | None]
    things: dict[str, object]
    client_of: Callable[[Person | None], Client]

    def fill(self, value: object) -> object:
        """The value with each ``{key}`` in its texts replaced by the thing of that name."""
        if isinstance(value, str):
            return value.format_map(self.things)
        if isinstance(value, dict):
            return {self.fill(key): self.fill(each) for key, each in value.items()}
        return [self.fill(each) for each in value] if isinstance(value, list) else value
