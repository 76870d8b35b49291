"""What a person is, now: the one thing that every policy of every app asks about.

A standing is read from the database in one query and never kept longer than one request, one transaction or
one look at the open sockets, so that a lost role counts from the moment in which it was lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest

from groups.enums import LEADING_ROLES, WRITING_ROLES, NetworkOffice, Role
from groups.models import Person


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's current roles by working group id, offices, and the ids of the regions they may speak for.

    ``person_id`` is None for the public and for a deactivated person, who then have nothing else either.
    """

    person_id: int | None = None
    roles: Mapping[int, Role] = field(default_factory=dict)
    offices: frozenset[NetworkOffice] = frozenset()
    mandates: frozenset[int] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def is_secretariat(self) -> bool:
        return NetworkOffice.SECRETARIAT in self.offices

    @property
    def reads_all_groups(self) -> bool:
        """The secretariat reads everything; the exchange director reads all groups."""
        return bool(self.offices)

    def role_in(self, working_group_id: int) -> Role | None:
        return self.roles.get(working_group_id)

    def may_read_group(self, working_group_id: int) -> bool:
        return self.reads_all_groups or working_group_id in self.roles

    def may_write_in(self, working_group_id: int) -> bool:
        """Whether they may write text there as a member (partner, agency, deputy, coordinator)."""
        return self.roles.get(working_group_id) in WRITING_ROLES

    def may_lead(self, working_group_id: int) -> bool:
        """Whether they may do there what is a coordinator's or deputy's alone."""
        return self.roles.get(working_group_id) in LEADING_ROLES


PUBLIC = Standing()


def groups_read_by(standing: Standing) -> list[int] | None:
    """The ids of the groups whose inside they read; None for all."""
    return None if standing.reads_all_groups else sorted(standing.roles)


def reader_of(working_group_ids: Iterable[int] | None) -> Standing:
    """Somebody of whom nothing is known but which groups they read (None: all), to write a query for all such people
    from what is visible to one."""
    if working_group_ids is None:
        return Standing(0, offices=frozenset({NetworkOffice.SECRETARIAT}))
    return Standing(0, roles=dict.fromkeys(working_group_ids, Role.OBSERVER))


class PersonRequest(HttpRequest):
    """A request as every view and API operation sees it: with the standing of whoever asks."""

    standing: Standing


# Every request asks for a standing, most more than once. Written out, it costs a hundredth of what four querysets
# do, and one query sees one moment. The first branch has a value in every column: it gives PostgreSQL their types.
_STANDINGS = """
SELECT person_id, 'role', working_group_id, role FROM groups_membership
    WHERE ended_at IS NULL AND person_id IN ({ids})
UNION ALL SELECT person_id, 'office', NULL, office FROM groups_officeholding
    WHERE ended_at IS NULL AND person_id IN ({ids})
UNION ALL SELECT person_id, 'mandate', region_id, NULL FROM groups_mandate
    WHERE ended_at IS NULL AND person_id IN ({ids})
UNION ALL SELECT id, 'active', NULL, NULL FROM groups_person
    WHERE is_active AND id IN ({ids})
"""


def standings_of(person_ids: Iterable[int]) -> dict[int, Standing]:
    """The standing of each active person among these ids, in one query however many there are."""
    ids = {int(person_id) for person_id in person_ids}
    if not ids:
        return {}
    active: set[int] = set()
    roles: dict[int, dict[int, Role]] = {pk: {} for pk in ids}
    offices: dict[int, set[NetworkOffice]] = {pk: set() for pk in ids}
    mandates: dict[int, set[int]] = {pk: set() for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS.format(ids=", ".join(map(str, ids))))
        for pk, what, subject, name in cursor:
            match what:
                case "role":
                    roles[pk][subject] = Role(name)
                case "office":
                    offices[pk].add(NetworkOffice(name))
                case "mandate":
                    mandates[pk].add(subject)
                case _:
                    active.add(pk)
    return {pk: Standing(pk, roles[pk], frozenset(offices[pk]), frozenset(mandates[pk])) for pk in sorted(active)}


def standing_of(person: Person | AnonymousUser | None) -> Standing:
    """The person's standing as the database has it now; the public's for nobody and for a deactivated person."""
    if person is None or person.pk is None:
        return PUBLIC
    return standings_of([person.pk]).get(person.pk, PUBLIC)
