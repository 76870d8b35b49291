"""What happened to people in the network: who came and went, as what, and by whose hand, read off the rows that say so.

There is no log beside them that could tell another story: each row keeps its beginning, its end, and whose they were.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from groups.enums import Answer, Entrance
from groups.models import (
    Closure,
    Invitation,
    JoinRequest,
    Mandate,
    Membership,
    OfficeHolding,
    Person,
    TermQuerySet,
    WorkingGroup,
)

AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Happening:
    """One change, in one sentence in the reader's language."""

    at: datetime
    sentence: str
    group: str = ""


def trace_of_group(working_group: WorkingGroup) -> list[Happening]:
    """The group's changes of members, invitations and requests, the newest first, ``AT_MOST``; three queries."""
    memberships = Membership.objects.filter(working_group=working_group)
    invitations = Invitation.objects.filter(working_group=working_group)
    requests = JoinRequest.objects.filter(working_group=working_group)
    return _newest([*_of_memberships(memberships), *_of_invitations(invitations), *_of_requests(requests)])


def trace_of_member(working_group: WorkingGroup, person: Person) -> list[Happening]:
    """What one person's way in the group was, the newest first; two queries."""
    memberships = Membership.objects.filter(working_group=working_group, person=person)
    requests = JoinRequest.objects.filter(working_group=working_group, person=person)
    return _newest([*_of_memberships(memberships), *_of_requests(requests)])


def trace_of_person(person: Person) -> list[Happening]:
    """What the person was and is in the whole network, the newest first; four queries."""
    return _newest(
        [
            *_of_memberships(Membership.objects.filter(person=person)),
            *_of_mandates(Mandate.objects.filter(person=person)),
            *_of_offices(OfficeHolding.objects.filter(person=person)),
            *_of_closures(Closure.objects.filter(person=person)),
        ]
    )


def _newest(found: list[Happening]) -> list[Happening]:
    return sorted(found, key=lambda one: one.at, reverse=True)[:AT_MOST]


def _of_memberships(rows: TermQuerySet[Membership]) -> Iterator[Happening]:
    """A membership that begins in the moment in which one of the same person ended is a change of the role."""
    held = list(rows.select_related("person", "working_group", "started_by", "ended_by").order_by("-started_at", "-pk"))
    ends = {(row.person_id, row.working_group_id, row.ended_at): row for row in held if row.ended_at}
    starts = {(row.person_id, row.working_group_id, row.started_at) for row in held}
    for row in held:
        before = ends.get((row.person_id, row.working_group_id, row.started_at))
        yield Happening(row.started_at, _began(row, before), row.working_group.name)
        if row.ended_at and (row.person_id, row.working_group_id, row.ended_at) not in starts:
            yield Happening(row.ended_at, _ended(row), row.working_group.name)


def _began(row: Membership, before: Membership | None) -> str:
    words = {"name": row.person.name, "by": _name(row.started_by), "role": row.get_role_display()}
    if before is not None:
        words["old"] = before.get_role_display()
        if row.started_by is None:
            return _("%(name)s changed from %(old)s to %(role)s") % words
        return _("%(by)s changed the role of %(name)s from %(old)s to %(role)s") % words
    if row.started_by is None:
        return _("%(name)s came in as %(role)s") % words
    if row.entrance == Entrance.INVITED:
        return _("%(name)s came in as %(role)s, invited by %(by)s") % words
    if row.entrance == Entrance.ASKED:
        return _("%(by)s let %(name)s in as %(role)s, as they had asked") % words
    return _("%(by)s added %(name)s as %(role)s") % words


def _ended(row: Membership) -> str:
    words = {"name": row.person.name, "by": _name(row.ended_by), "role": row.get_role_display()}
    if row.ended_by is None or row.ended_by_id == row.person_id:
        return _("%(name)s, %(role)s, left") % words
    return _("%(by)s removed %(name)s, %(role)s") % words


def _of_invitations(rows: QuerySet[Invitation]) -> Iterator[Happening]:
    for row in rows.select_related("invited_by", "withdrawn_by").order_by("-invited_at", "-pk")[:AT_MOST]:
        words = {"by": row.invited_by.name, "email": row.email, "role": row.get_role_display()}
        yield Happening(row.invited_at, _("%(by)s invited %(email)s as %(role)s") % words)
        if row.withdrawn_at:
            words["by"] = _name(row.withdrawn_by)
            yield Happening(row.withdrawn_at, _("%(by)s withdrew the invitation of %(email)s") % words)


def _of_requests(rows: QuerySet[JoinRequest]) -> Iterator[Happening]:
    for row in rows.select_related("person", "answered_by").order_by("-asked_at", "-pk")[:AT_MOST]:
        words = {"name": row.person.name, "by": _name(row.answered_by), "reason": row.reason, "words": row.words}
        yield Happening(row.asked_at, _("%(name)s asked to join: “%(reason)s”") % words)
        if row.answered_at and row.answer == Answer.DECLINED:
            sentence = _("%(by)s declined the request of %(name)s: “%(words)s”") % words
            yield Happening(row.answered_at, sentence)
        elif row.answered_at and row.answer == Answer.WITHDRAWN:
            yield Happening(row.answered_at, _("%(name)s took the request back") % words)


def _of_mandates(rows: TermQuerySet[Mandate]) -> Iterator[Happening]:
    for row in rows.select_related("person", "region", "started_by", "ended_by"):
        words = {"name": row.person.name, "region": row.region.name, "by": _name(row.started_by)}
        given = (
            _("%(by)s gave %(name)s the mandate of %(region)s")
            if row.started_by
            else _("%(name)s got the mandate of %(region)s")
        )
        yield Happening(row.started_at, given % words)
        if row.ended_at:
            words["by"] = _name(row.ended_by)
            ended = (
                _("%(by)s ended the mandate of %(name)s for %(region)s")
                if row.ended_by
                else _("%(name)s’s mandate of %(region)s ended")
            )
            yield Happening(row.ended_at, ended % words)


def _of_offices(rows: TermQuerySet[OfficeHolding]) -> Iterator[Happening]:
    for row in rows.select_related("person", "started_by", "ended_by"):
        words = {"name": row.person.name, "office": row.get_office_display(), "by": _name(row.started_by)}
        given = _("%(by)s appointed %(name)s: %(office)s") if row.started_by else _("%(name)s took office: %(office)s")
        yield Happening(row.started_at, given % words)
        if row.ended_at:
            words["by"] = _name(row.ended_by)
            ended = (
                _("%(by)s ended the office of %(name)s: %(office)s")
                if row.ended_by
                else _("%(name)s left office: %(office)s")
            )
            yield Happening(row.ended_at, ended % words)


def _of_closures(rows: TermQuerySet[Closure]) -> Iterator[Happening]:
    for row in rows.select_related("person", "started_by", "ended_by"):
        words = {"name": row.person.name, "by": _name(row.started_by)}
        closed = (
            _("%(by)s closed the account of %(name)s") if row.started_by else _("The account of %(name)s was closed")
        )
        yield Happening(row.started_at, closed % words)
        if row.ended_at:
            words["by"] = _name(row.ended_by)
            yield Happening(row.ended_at, _("%(by)s opened the account of %(name)s again") % words)


def _name(person: Person | None) -> str:
    return person.name if person else ""
