"""What a person sees of their notices, on pages and by the API."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from live.models import StreamEvent
from notices.domain import read_about, token_for
from notices.models import MailChoice, Notice
from notices.queries import ON_A_PAGE
from tests.conftest import Cast
from tests.notices.conftest import OTHER_KIND, news, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.partner)
    return client


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


def leave(cast: Cast) -> None:
    cast.partner.memberships.update(ended_at="2012-01-01T00:00:00Z")


def unread() -> set[str]:
    return set(Notice.objects.unread().values_list("subject", flat=True))


def test_the_list_says_what_happened_and_leads_there_and_then_it_is_read(cast: Cast, partner: Client) -> None:
    tell(news("agrifood:1", cast.partner, actor=cast.agency))
    notice = Notice.objects.get()
    page = text(partner.get("/notices/"))
    assert f"{cast.agency.name} wrote “About agrifood:1”" in page
    assert f'href="/notices/{notice.pk}/"' in page
    assert partner.head(f"/notices/{notice.pk}/")["Location"] == "/there/agrifood:1/"
    assert unread() == {"agrifood:1"}
    assert partner.get(f"/notices/{notice.pk}/")["Location"] == "/there/agrifood:1/"
    assert unread() == set()
    assert "You have read everything" in text(partner.get("/notices/"))
    assert "About agrifood:1" in text(partner.get("/notices/?show=all"))


def test_what_a_person_may_not_see_any_more_is_told_nowhere(cast: Cast, partner: Client) -> None:
    tell(news("agrifood:1", cast.partner))
    notice = Notice.objects.get()
    leave(cast)
    for address in ("/notices/", "/notices/?show=all", "/api/notices"):
        assert "About" not in text(partner.get(address))
    assert "Nothing yet" in text(partner.get("/notices/?show=all"))
    assert 'data-slot="count" aria-hidden="true" hidden' in text(partner.get("/notices/"))
    assert partner.get(f"/notices/{notice.pk}/").status_code == 404
    assert partner.post("/notices/read/", {"notice": notice.pk}).status_code == 404
    assert partner.get("/api/notices").json() == {"notices": [], "unread": 0, "older": None}


def test_one_or_all_that_were_shown_can_be_marked_as_read(cast: Cast, partner: Client) -> None:
    tell(*[news(f"agrifood:{n}", cast.partner) for n in range(1, 4)])
    first, second, third = Notice.objects.order_by("pk")
    answer = partner.post("/notices/read/", {"notice": first.pk, "show": "all"})
    assert (answer.status_code, answer["Location"]) == (302, "/notices/?show=all")
    assert unread() == {second.subject, third.subject}
    assert partner.post("/notices/read/", {"up_to": second.pk})["Location"] == "/notices/"
    assert unread() == {third.subject}
    told = StreamEvent.objects.filter(stream__name=f"notices:{cast.partner.pk}").order_by("number")
    assert [event.data for event in told] == ['{"unread":3}', '{"unread":2}', '{"unread":1}']


def test_a_room_marks_as_read_what_the_person_has_before_their_eyes(cast: Cast) -> None:
    tell(*[news(f"agrifood:{n}", cast.partner, cast.agency) for n in range(1, 4)])
    read_about(person_id=cast.partner.pk, subjects=["agrifood:1", "agrifood:3", "agrifood:77"])
    assert set(cast.partner.notices.unread().values_list("subject", flat=True)) == {"agrifood:2"}
    assert cast.agency.notices.unread().count() == 3
    events = StreamEvent.objects.filter(stream__name=f"notices:{cast.partner.pk}").count()
    read_about(person_id=cast.partner.pk, subjects=["agrifood:1"])
    assert StreamEvent.objects.filter(stream__name=f"notices:{cast.partner.pk}").count() == events


def test_many_notices_come_in_pages_that_leave_none_out(cast: Cast, partner: Client) -> None:
    tell(*[news(f"agrifood:{n}", cast.partner) for n in range(2 * ON_A_PAGE + 3)])
    found: list[str] = []
    before = ""
    while True:
        answer = partner.get(f"/api/notices{before}").json()
        found += [notice["subject"] for notice in answer["notices"]]
        if answer["older"] is None:
            break
        before = f"?before={answer['older']}"
        assert "/there/" not in text(partner.get(f"/notices/{before}"))
    assert found == [f"agrifood:{n}" for n in reversed(range(2 * ON_A_PAGE + 3))]


@pytest.mark.parametrize("what", ["-1", "x", "٣", "9" * 400, "\0", str(2**63), "1.5", ""])
def test_ids_that_are_none_do_no_harm(cast: Cast, partner: Client, what: str) -> None:
    tell(news("agrifood:1", cast.partner))
    assert partner.get("/notices/", {"before": what}).status_code == 200
    assert partner.post("/notices/read/", {"notice": what}).status_code in (302, 404)
    assert partner.post("/notices/read/", {}).status_code == 302
    assert partner.get("/api/notices", {"before": what}).status_code in (200, 422)
    assert unread() == {"agrifood:1"}
    assert partner.get(f"/notices/{2**70}/").status_code == 404
    assert partner.put(f"/api/notices/{2**70}/read").status_code == 404


def test_the_api_tells_and_marks(cast: Cast, partner: Client) -> None:
    tell(news("agrifood:1", cast.partner, actor=cast.agency), news("agrifood:2", cast.partner))
    newest, oldest = Notice.objects.all()
    answer = partner.get("/api/notices?unread=true").json()
    assert answer["unread"] == 2
    assert answer["notices"][1] == {
        "id": oldest.pk,
        "kind": "tests.news",
        "subject": "agrifood:1",
        "words": f"{cast.agency.name} wrote “About agrifood:1”",
        "url": "/there/agrifood:1/",
        "actor": cast.agency.name,
        "created_at": answer["notices"][1]["created_at"],
        "read_at": None,
    }
    assert partner.put(f"/api/notices/{oldest.pk}/read").json() == {"unread": 1}
    assert [notice["id"] for notice in partner.get("/api/notices?unread=true").json()["notices"]] == [newest.pk]
    assert partner.put("/api/notices/read", {"up_to": newest.pk}, content_type="application/json").json() == {
        "unread": 0
    }
    assert partner.get("/api/notices/events").json()["head"] == 3


def test_the_choice_of_mail_is_kept_and_none_settles_what_waits(cast: Cast, partner: Client) -> None:
    tell(news("agrifood:1", cast.partner))
    assert partner.post("/notices/mail/", {"mail": "daily", "about": ["news"]}).status_code == 302
    assert MailChoice.objects.get().mail == "daily"
    assert Notice.objects.awaiting_mail().count() == 1
    assert partner.post("/notices/mail/", {"mail": "never"}).status_code == 302
    assert Notice.objects.awaiting_mail().count() == 0
    tell(news("agrifood:2", cast.partner))
    assert Notice.objects.awaiting_mail().count() == 0
    assert partner.post("/notices/mail/", {"mail": "hourly"}).status_code == 422
    assert MailChoice.objects.get().mail == "never"


def test_what_mail_may_tell_of_is_chosen_by_sort_and_the_bell_tells_of_all(cast: Cast, partner: Client) -> None:
    sorts = re.findall(r'name="about" value="(\w+)"[^>]* checked', text(partner.get("/notices/mail/")))
    assert {"mentions", "answers", "consultations", "words", "sections", "stories", "belonging", "news"} == set(sorts)
    tell(news("agrifood:1", cast.partner), news("agrifood:2", cast.partner, kind=OTHER_KIND))
    assert partner.post("/notices/mail/", {"mail": "soon", "about": ["mentions", "stories"]}).status_code == 302
    assert MailChoice.objects.get().unwanted == ["answers", "belonging", "consultations", "news", "sections", "words"]
    assert [notice.subject for notice in Notice.objects.awaiting_mail()] == ["agrifood:2"]
    tell(news("agrifood:3", cast.partner, cast.agency), news("agrifood:4", cast.partner, kind=OTHER_KIND))
    awaiting = Notice.objects.awaiting_mail().values_list("recipient__name", "subject").order_by("subject")
    assert list(awaiting) == [
        (cast.partner.name, "agrifood:2"),
        (cast.agency.name, "agrifood:3"),
        (cast.partner.name, "agrifood:4"),
    ]
    assert unread() == {f"agrifood:{number}" for number in range(1, 5)}
    assert re.findall(r'name="about" value="(\w+)"[^>]* checked', text(partner.get("/notices/mail/"))) == [
        *("stories", "mentions")
    ]
    assert partner.post("/notices/mail/", {"mail": "soon", "about": ["rumours"]}).status_code == 422


def test_the_link_in_a_mail_asks_and_then_ends_it_signed_out(cast: Cast) -> None:
    nobody = Client(enforce_csrf_checks=True)
    address = f"/notices/unsubscribe/{token_for(cast.partner.pk)}/"
    assert cast.partner.email not in text(nobody.get(address))
    assert not MailChoice.objects.exists()
    assert nobody.post(address).status_code == 403
    csrf = {"csrfmiddlewaretoken": nobody.cookies["csrftoken"].value}
    assert "no more e-mail" in text(nobody.post(address, csrf))
    assert MailChoice.objects.get().mail == "never"
    assert MailChoice.objects.get().person == cast.partner


def test_a_mail_program_unsubscribes_by_itself(cast: Cast) -> None:
    program = Client(enforce_csrf_checks=True)
    address = f"/notices/unsubscribe/{token_for(cast.partner.pk)}/"
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert MailChoice.objects.get().mail == "never"


@pytest.mark.parametrize("flaw", ["x", "OTk5OTk5:1abc:xyz", "short"])
def test_a_broken_link_says_so_and_changes_nothing(cast: Cast, flaw: str) -> None:
    token = token_for(cast.partner.pk)[:-3] if flaw == "short" else flaw
    for answer in (Client().get(f"/notices/unsubscribe/{token}/"), Client().post(f"/notices/unsubscribe/{token}/")):
        assert "This link does not work" in text(answer, 404)
    assert not MailChoice.objects.exists()


@pytest.mark.once("the queries are as many with any database")
@pytest.mark.parametrize("address", ["/notices/", "/notices/?show=all", "/api/notices"])
def test_fifty_notices_take_as_many_queries_as_one(cast: Cast, partner: Client, address: str) -> None:
    tell(news("agrifood:0", cast.partner, actor=cast.agency))
    partner.get(address)
    with CaptureQueriesContext(connection) as one:
        partner.get(address)
    tell(*[news(f"agrifood:{n}", cast.partner, actor=cast.deputy) for n in range(1, 50)])
    with CaptureQueriesContext(connection) as many:
        partner.get(address)
    assert len(many) == len(one)
