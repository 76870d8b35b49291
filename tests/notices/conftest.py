"""A kind of notice of the tests' own: about a group's news, for those who may read the group."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import gettext

from groups.models import Person, WorkingGroup
from groups.standing import standings_of
from notices import kinds
from notices.domain import News, notify
from notices.kinds import Sort, Told, register_notice_kind

KIND = "tests.news"
OTHER_KIND = "tests.rumour"
SORT = Sort("news", "News of the group")


def words(told: Told) -> str:
    return gettext("%(actor)s wrote “%(title)s”") % {"actor": told.actor, "title": told.facts["title"]}


def readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Subjects are ``<group's slug>:<anything>``."""
    standings = standings_of({person_id for person_id, _ in pairs})
    slugs = {subject.partition(":")[0] for _, subject in pairs}
    groups = dict(WorkingGroup.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    return {
        (person_id, subject)
        for person_id, subject in pairs
        if person_id in standings
        and (group := groups.get(subject.partition(":")[0]))
        and standings[person_id].may_read_group(group)
    }


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    before = dict(kinds._kinds)
    register_notice_kind(KIND, words=words, readers=readers, sort=SORT)
    register_notice_kind(OTHER_KIND, words=words, readers=readers)
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


def news(subject: str, *recipients: Person, actor: Person | None = None, **fields: Any) -> News:
    fields = {"kind": KIND, "url": f"/there/{subject}/", "facts": {"title": f"About {subject}"}} | fields
    return News(subject=subject, recipients=[person.pk for person in recipients], actor_id=actor and actor.pk, **fields)


def tell(*what: News) -> None:
    with transaction.atomic():
        notify(*what)
