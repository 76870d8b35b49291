"""Letting people in and closing their accounts from the command line, on behalf of the secretariat."""

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from groups.models import Person
from groups.standing import standing_of
from tests.conftest import Cast

BY = ("--by", "secretariat@cast.example")


def test_somebody_let_in_gets_a_link_chooses_a_password_and_is_what_was_said(cast: Cast) -> None:
    call_command(
        "add_person",
        *("new@cast.example", "New Person", "--organisation", "arr-bielsko", "--group", "agrifood", "--role", "agency"),
        *("--office", "exchange_director", "--mandate", "PL22", *BY),
    )
    person = Person.objects.get(email="new@cast.example")
    standing = standing_of(person)
    assert person.organisation is not None
    assert person.organisation.slug == "arr-bielsko"
    assert standing.role_in(cast.agency.memberships.get().working_group_id) == "agency"
    assert standing.offices == {"exchange_director"}
    assert len(standing.mandates) == 1
    (message,) = mail.outbox
    assert message.to == ["new@cast.example"]
    (link,) = re.findall(r"http://localhost:8000(/\S+)", str(message.body))
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "a phrase of my own", "password2": "a phrase of my own"})
    client.post("/accounts/login/", {"login": "new@cast.example", "password": "a phrase of my own"})
    assert client.get("/api/me").json()["name"] == "New Person"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("new@cast.example", "New", "--by", "coordinator@cast.example"), "Only the secretariat may do this"),
        (("new@cast.example", "New", "--by", "nobody@cast.example"), "nobody has the address nobody@cast.example"),
        (("partner@cast.example", "New", *BY), "Somebody with this address is known already"),
        (("new@cast.example", "New", "--organisation", "none", *BY), "--organisation: there is none called none"),
        (("new@cast.example", "New", "--group", "agrifood", *BY), "--group and --role belong together"),
        (("new@cast.example", "New", "--mandate", "XX99", *BY), "--mandate: there is no region XX99"),
    ],
)
def test_what_cannot_be_is_said_and_lets_nobody_in(cast: Cast, arguments: tuple[str, ...], reason: str) -> None:
    before = Person.objects.count()
    with pytest.raises(CommandError, match=reason):
        call_command("add_person", *arguments)
    assert Person.objects.count() == before
    assert mail.outbox == []


def test_the_secretariat_closes_an_account_and_nobody_else_does(cast: Cast) -> None:
    for by in ("coordinator@cast.example", "nobody@cast.example"):
        with pytest.raises(CommandError):
            call_command("deactivate_person", "partner@cast.example", "--by", by)
    assert Person.objects.get(pk=cast.partner.pk).is_active
    call_command("deactivate_person", "partner@cast.example", *BY)
    assert not Person.objects.get(pk=cast.partner.pk).is_active
