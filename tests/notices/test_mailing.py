"""The mail about what stays unread: when, to whom, once."""

import re
import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from groups.models import Person
from notices import domain, jobs
from notices.domain import choose_mail, mailing, send_due_mail
from notices.enums import Mail
from notices.models import MailChoice, Notice
from tests.conftest import Cast
from tests.notices.conftest import news, tell

pytestmark = pytest.mark.django_db

# A Thursday in winter: 9 o'clock in Rome, 8 in Lisbon, 10 in Athens.
NOW = datetime(2012, 3, 1, 8, 0, tzinfo=UTC)


def tell_at(at: datetime, *recipients: Person, subject: str = "agrifood:1", **fields: Any) -> None:
    tell(news(subject, *recipients, **fields))
    Notice.objects.filter(subject=subject).update(created_at=at)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def addressed() -> list[str]:
    return sorted(address for one in mail.outbox for address in one.to)


def test_what_stays_unread_for_a_quarter_of_an_hour_is_mailed_once(cast: Cast) -> None:
    tell_at(NOW, cast.partner, actor=cast.agency)
    assert send_due_mail(NOW + minutes(14.9)) == 0
    assert send_due_mail(NOW + minutes(15)) == 1
    assert send_due_mail(NOW + minutes(15)) == 0
    assert send_due_mail(NOW + timedelta(days=3)) == 0
    assert addressed() == [cast.partner.email]
    assert mail.outbox[0].subject == f"{cast.agency.name} wrote “About agrifood:1”"


def test_one_mail_tells_of_several_with_a_link_to_each(cast: Cast) -> None:
    tell_at(NOW, cast.partner, subject="agrifood:1", actor=cast.agency)
    tell_at(NOW + minutes(14), cast.partner, subject="agrifood:2", actor=cast.deputy)
    assert send_due_mail(NOW + minutes(16)) == 1
    sent = mail.outbox[0]
    assert sent.subject == "2 unread notices"
    for notice in Notice.objects.all():
        assert f"“{notice.facts['title']}”\n  http://localhost:8000/notices/{notice.pk}/\n" in sent.body
    assert sent.body.startswith(f"Dear {cast.partner.name},\n\n2 things happened")
    token = re.findall(r"http://localhost:8000/notices/unsubscribe/(\S+)/", str(sent.body))[0]
    assert domain.person_of_token(token) == cast.partner.pk
    assert sent.extra_headers["List-Unsubscribe"] == f"<http://localhost:8000/notices/unsubscribe/{token}/>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert send_due_mail(NOW + minutes(60)) == 0


def test_what_was_read_in_time_is_not_mailed(cast: Cast) -> None:
    tell_at(NOW, cast.partner)
    domain.read_all(person_id=cast.partner.pk, up_to=Notice.objects.get().pk)
    assert send_due_mail(NOW + minutes(20)) == 0


def test_mail_speaks_the_recipients_language_whatever_language_the_job_has(cast: Cast) -> None:
    Person.objects.filter(pk=cast.partner.pk).update(language="tlh")
    tell_at(NOW, cast.partner)
    assert send_due_mail(NOW + minutes(20)) == 1
    assert "Dear" in mail.outbox[0].body


@pytest.mark.parametrize("how", ["left", "deactivated"])
def test_who_may_not_see_it_any_more_gets_no_mail_then_or_later(cast: Cast, how: str) -> None:
    tell_at(NOW, cast.partner)
    if how == "left":
        cast.partner.memberships.update(ended_at=NOW)
    else:
        Person.objects.filter(pk=cast.partner.pk).update(is_active=False)
    assert send_due_mail(NOW + minutes(20)) == 0
    cast.partner.memberships.update(ended_at=None)
    Person.objects.filter(pk=cast.partner.pk).update(is_active=True)
    assert send_due_mail(NOW + minutes(40)) == 0
    assert mail.outbox == []


def test_who_wants_none_gets_none(cast: Cast) -> None:
    choose_mail(person_id=cast.partner.pk, mail=Mail.NEVER)
    tell_at(NOW, cast.partner, cast.agency)
    assert send_due_mail(NOW + minutes(20)) == 1
    assert addressed() == [cast.agency.email]
    choose_mail(person_id=cast.partner.pk, mail=Mail.SOON)
    assert send_due_mail(NOW + minutes(40)) == 0


@pytest.mark.parametrize(
    ("zone", "told_at", "first_look", "due"),
    [
        ("Europe/Rome", "2012-03-01T05:30", "2012-03-01T05:59", False),  # half past six; before seven
        ("Europe/Rome", "2012-03-01T05:30", "2012-03-01T06:00", True),
        ("Europe/Rome", "2012-03-01T06:30", "2012-03-01T22:00", False),  # told after seven: tomorrow
        ("Europe/Rome", "2012-03-01T06:30", "2012-03-02T06:00", True),
        ("Europe/Athens", "2012-03-01T04:59", "2012-03-01T05:00", True),
        ("Europe/Nowhere", "2012-03-01T06:30", "2012-03-01T07:00", True),
    ],
)
def test_a_daily_mail_comes_in_the_morning_of_the_recipients_zone(
    cast: Cast, zone: str, told_at: str, first_look: str, due: bool
) -> None:
    Person.objects.filter(pk=cast.partner.pk).update(time_zone=zone)
    choose_mail(person_id=cast.partner.pk, mail=Mail.DAILY)
    tell_at(datetime.fromisoformat(f"{told_at}+00:00"), cast.partner)
    assert send_due_mail(datetime.fromisoformat(f"{first_look}+00:00")) == int(due)


def test_a_job_that_was_lost_is_made_good_by_the_next(cast: Cast) -> None:
    tell_at(NOW, cast.partner)
    assert send_due_mail(NOW + timedelta(days=2)) == 1


def test_two_jobs_at_the_same_moment_send_one_mail(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_at(NOW, cast.partner)
    send = EmailMessage.send
    others = []

    def send_while_another_job_runs(self: EmailMessage, **options: Any) -> int:
        others.append(send_due_mail(NOW + minutes(20)))
        return send(self, **options)

    monkeypatch.setattr(EmailMessage, "send", send_while_another_job_runs)
    assert send_due_mail(NOW + minutes(20)) == 1
    assert others == [0]
    assert addressed() == [cast.partner.email]


def test_a_mail_server_that_is_away_is_tried_again_later_and_delays_nobody_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_at(NOW, cast.partner, cast.agency)
    send = EmailMessage.send

    def send_to_others(self: EmailMessage, **options: Any) -> int:
        if self.to == [cast.partner.email]:
            raise smtplib.SMTPServerDisconnected("gone")
        return send(self, **options)

    monkeypatch.setattr(EmailMessage, "send", send_to_others)
    assert send_due_mail(NOW + minutes(15)) == 1
    monkeypatch.setattr(EmailMessage, "send", send)
    assert send_due_mail(NOW + minutes(20)) == 0
    assert send_due_mail(NOW + minutes(26)) == 1
    assert addressed() == sorted([cast.partner.email, cast.agency.email])


def test_a_process_that_died_while_it_sent_leaves_the_mail_to_the_next_under_the_same_id(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_at(NOW, cast.partner)
    monkeypatch.setattr(mailing, "_sent", lambda views: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        send_due_mail(NOW + minutes(15))
    assert MailChoice.objects.get().claimed_at == NOW + minutes(15)
    monkeypatch.undo()
    assert send_due_mail(NOW + minutes(16)) == 0
    assert send_due_mail(NOW + minutes(26)) == 1
    notice = Notice.objects.get()
    expected = f"<notices.{cast.partner.pk}.{notice.pk}.{notice.pk}@localhost>"
    assert mail.outbox[0].extra_headers["Message-ID"] == expected


def test_names_cannot_break_a_mails_head(cast: Cast) -> None:
    Person.objects.filter(pk=cast.agency.pk).update(name="A\r\nBcc: everybody@example.org")
    tell_at(NOW, cast.partner, actor=cast.agency, facts={"title": "x" * 500})
    assert send_due_mail(NOW + minutes(20)) == 1
    head = mail.outbox[0].message().as_string().partition("\n\n")[0]
    assert not re.search(r"^Bcc:", head, re.MULTILINE)


def test_the_job_process_looks_every_minute(cast: Cast) -> None:
    tell_at(NOW, cast.partner)
    jobs.send_due_mail.call_local()
    assert addressed() == [cast.partner.email]


def test_looking_takes_one_query_when_nothing_waits(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert send_due_mail(NOW) == 0
