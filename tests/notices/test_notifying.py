"""Who is told of what, and how often."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from groups.models import Person
from live.models import StreamEvent
from notices.domain import News, notify
from notices.models import Notice
from notices.queries import COUNTED, unread_counts
from tests.conftest import Cast
from tests.notices.conftest import KIND, OTHER_KIND, news, tell

pytestmark = pytest.mark.django_db


def told() -> set[tuple[str, str, str]]:
    return set(Notice.objects.values_list("recipient__email", "kind", "subject"))


def counts_published(person: Person) -> list[int]:
    events = StreamEvent.objects.filter(stream__name=f"notices:{person.pk}").order_by("number")
    assert {event.name for event in events} <= {"notices.changed"}
    return [json.loads(event.data)["unread"] for event in events]


def test_who_may_see_it_is_told_and_nobody_else(cast: Cast) -> None:
    everyone = cast.everyone()
    tell(news("agrifood:1", *everyone.values(), actor=cast.coordinator))
    readers = {"deputy", "agency", "partner", "observer", "secretariat", "director"}
    assert told() == {(everyone[name].email, KIND, "agrifood:1") for name in readers}


def test_each_is_told_by_the_first_news_that_concerns_them(cast: Cast) -> None:
    tell(
        news("agrifood:1", cast.partner, actor=cast.agency),
        news("agrifood:1", cast.partner, cast.deputy, actor=cast.agency, kind=OTHER_KIND),
    )
    assert told() == {(cast.partner.email, KIND, "agrifood:1"), (cast.deputy.email, OTHER_KIND, "agrifood:1")}


def test_the_same_again_changes_nothing_read_or_unread(cast: Cast) -> None:
    tell(news("agrifood:1", cast.partner))
    first = Notice.objects.get()
    Notice.objects.update(read_at=first.created_at)
    tell(news("agrifood:1", cast.partner, facts={"title": "Something else"}))
    again = Notice.objects.get()
    assert (again.pk, again.facts, again.read_at) == (first.pk, {"title": "About agrifood:1"}, first.created_at)
    assert counts_published(cast.partner) == [1]


def test_the_persons_stream_tells_how_many_unread_ones_they_may_see(cast: Cast) -> None:
    tell(news("agrifood:1", cast.partner), news("agrifood:2", cast.partner, cast.agency))
    tell(news("agrifood:3", cast.partner))
    assert (counts_published(cast.partner), counts_published(cast.agency)) == ([2, 3], [1])
    assert unread_counts([cast.partner.pk, cast.agency.pk, cast.deputy.pk]) == {
        cast.partner.pk: 3,
        cast.agency.pk: 1,
        cast.deputy.pk: 0,
    }
    cast.partner.memberships.update(ended_at="2012-01-01T00:00:00Z")
    assert unread_counts([cast.partner.pk]) == {cast.partner.pk: 0}


def test_counting_ends_at_a_hundred(cast: Cast) -> None:
    tell(*[news(f"agrifood:{n}", cast.partner) for n in range(COUNTED + 5)])
    assert unread_counts([cast.partner.pk]) == {cast.partner.pk: COUNTED}


def test_nobody_hears_of_what_is_rolled_back(cast: Cast) -> None:
    with transaction.atomic():
        notify(news("agrifood:1", cast.partner))
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not StreamEvent.objects.exists()


@pytest.mark.parametrize(
    "flaw", [{"kind": "tests.unheard"}, {"url": "https://evil.example/"}, {"url": "//evil.example/"}, {"url": ""}]
)
def test_an_unknown_kind_or_a_url_elsewhere_is_an_error(cast: Cast, flaw: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is not a"):
        tell(news("agrifood:1", cast.partner, **flaw))


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nobody_is_told() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        notify(News(kind=KIND, recipients=[1], subject="agrifood:1", url="/"))


def test_telling_many_people_takes_as_many_queries_as_telling_one(cast: Cast, django_assert_num_queries: Any) -> None:
    everyone = cast.everyone().values()
    tell(news("agrifood:1", *everyone))
    with CaptureQueriesContext(connection) as one:
        tell(news("agrifood:2", cast.partner))
    with django_assert_num_queries(len(one)):
        tell(news("agrifood:3", *everyone))
