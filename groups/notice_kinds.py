"""What people hear of who belongs where: the words of the notices, and who may see what they are about."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.enums import Role
from groups.models import JoinRequest, Mandate, Membership, Person
from groups.policies import may_manage_members
from groups.standing import PUBLIC, standings_of
from notices.domain import News
from notices.kinds import Sort, Told, register_notice_kind

BELONGING = Sort("belonging", gettext_lazy("Somebody asks to join my group, or my own roles and mandates change"))

JOIN_REQUEST = "groups.join_request"
REQUEST_DECLINED = "groups.request_declined"
ADMITTED = "groups.admitted"
ROLE_CHANGED = "groups.role_changed"
REMOVED = "groups.removed"
MANDATE_GIVEN = "groups.mandate_given"
MANDATE_ENDED = "groups.mandate_ended"


def subject_of(request: JoinRequest) -> str:
    return f"join_request:{request.pk}"


def membership_news(
    kind: str, membership: Membership, by: Person, *, old: Role | None = None, by_letter: bool = False
) -> News:
    """Tells whose membership it is what ``by`` did to it; ``old`` is the role they had before."""
    group = membership.working_group
    return News(
        kind=kind,
        recipients=[membership.person_id],
        subject=f"membership:{membership.pk}",
        url=reverse("group", args=[group.slug]),
        actor_id=by.pk,
        facts={"group": group.name, "role": membership.role, "old": old or ""},
        by_letter=by_letter,
    )


def mandate_news(kind: str, mandate: Mandate, by: Person) -> News:
    """Tells whose mandate it is that ``by`` gave or ended it."""
    return News(
        kind=kind,
        recipients=[mandate.person_id],
        subject=f"mandate:{mandate.pk}",
        url=reverse("region", args=[mandate.region.slug]),
        actor_id=by.pk,
        facts={"region": mandate.region.name},
    )


def declined_news(request: JoinRequest, by: Person) -> News:
    """Tells who asked to join that ``by`` declined; the page that it leads to has the reason, and so has a letter."""
    return News(
        kind=REQUEST_DECLINED,
        recipients=[request.person_id],
        subject=subject_of(request),
        url=reverse("groups:join", args=[request.working_group.slug]),
        actor_id=by.pk,
        facts={"group": request.working_group.name},
        by_letter=True,
    )


def _join_request(told: Told) -> str:
    return _("%(name)s asks to join %(group)s.") % _named(told)


def _declined(told: Told) -> str:
    return _("%(name)s declined your request to join %(group)s.") % _named(told)


def _admitted(told: Told) -> str:
    return _("%(name)s admitted you to %(group)s. Your role: %(role)s.") % _named(told)


def _role_changed(told: Told) -> str:
    return _("%(name)s changed your role in %(group)s from %(old)s to %(role)s.") % _named(told)


def _removed(told: Told) -> str:
    return _("%(name)s removed you from %(group)s. What you wrote there stays, with your name.") % _named(told)


def _mandate_given(told: Told) -> str:
    return _("%(name)s gave you the mandate of %(region)s: you speak for the region now.") % _named(told)


def _mandate_ended(told: Told) -> str:
    return _("%(name)s ended your mandate of %(region)s: you do not speak for the region any more.") % _named(told)


def _named(told: Told) -> dict[str, str]:
    named = {fact: str(told.facts.get(fact, "")) for fact in ("group", "region")}
    roles = {fact: told.facts.get(fact, "") for fact in ("role", "old")}
    labels = {fact: str(Role(role).label) if role in Role.values else "" for fact, role in roles.items()}
    return {"name": told.actor, **named, **labels}


def _request_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, subject) pairs, those of people who may answer the request now; five queries."""
    known = JoinRequest.objects.filter(pk__in=_numbers(pairs, "join_request"))
    group_of = {f"join_request:{pk}": group for pk, group in known.values_list("pk", "working_group_id")}
    standings = standings_of(person for person, _subject in pairs)
    return {
        (person, subject)
        for person, subject in pairs
        if subject in group_of and may_manage_members(standings.get(person, PUBLIC), group_of[subject])
    }


def _declined_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of people whose own request it is."""
    known = JoinRequest.objects.filter(pk__in=_numbers(pairs, "join_request"))
    return set(pairs) & {(person, f"join_request:{pk}") for pk, person in known.values_list("pk", "person_id")}


def _membership_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of people whose own membership it is, or was: they see their own way in a group also after it."""
    known = Membership.objects.filter(pk__in=_numbers(pairs, "membership"))
    return set(pairs) & {(person, f"membership:{pk}") for pk, person in known.values_list("pk", "person_id")}


def _mandate_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of people whose own mandate it is, or was."""
    known = Mandate.objects.filter(pk__in=_numbers(pairs, "mandate"))
    return set(pairs) & {(person, f"mandate:{pk}") for pk, person in known.values_list("pk", "person_id")}


def _numbers(pairs: Sequence[tuple[int, str]], what: str) -> list[str]:
    numbers = {subject.removeprefix(f"{what}:") for _person, subject in pairs}
    return [number for number in numbers if number.isdecimal()]


WORDS: dict[str, Callable[[Told], str]] = {
    JOIN_REQUEST: _join_request,
    REQUEST_DECLINED: _declined,
    ADMITTED: _admitted,
    ROLE_CHANGED: _role_changed,
    REMOVED: _removed,
    MANDATE_GIVEN: _mandate_given,
    MANDATE_ENDED: _mandate_ended,
}

READERS = {
    JOIN_REQUEST: _request_readers,
    REQUEST_DECLINED: _declined_readers,
    MANDATE_GIVEN: _mandate_readers,
    MANDATE_ENDED: _mandate_readers,
}


def register_notices() -> None:
    for kind, words in WORDS.items():
        readers = READERS.get(kind, _membership_readers)
        register_notice_kind(kind, words=words, readers=readers, sort=BELONGING)
