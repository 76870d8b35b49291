"""Persons: made, changed by themselves, closed by the secretariat; and what requests make of what is stored."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from groups.domain.offices import end_mandate, end_office, give_mandate, give_office
from groups.domain.people import create_person, deactivate_person, update_profile
from groups.domain.tokens import TOKENS_PER_PERSON, make_token, revoke_token
from groups.enums import NetworkOffice
from groups.models import AccessToken, Mandate, OfficeHolding, Person, Region
from groups.queries import valid_token
from groups.standing import PUBLIC, standing_of
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]


def create(cast: Cast, **differences: object) -> Person:
    fields = {
        "email": "new@cast.example",
        "name": "New  Person",
        "organisation": cast.partner.organisation,
        "language": "en",
        "time_zone": "Europe/Vienna",
        "by": cast.secretariat,
    }
    return create_person(**(fields | differences))  # type: ignore[arg-type]


def test_the_secretariat_makes_people_who_have_no_password_yet(cast: Cast) -> None:
    person = create(cast, email=" New@Cast.Example ")
    assert (person.email, person.name, person.time_zone) == ("new@cast.example", "New Person", "Europe/Vienna")
    assert not person.has_usable_password()


@pytest.mark.parametrize("who", ["coordinator", "director", "partner", "removed", "deactivated"])
def test_nobody_else_makes_people(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        create(cast, by=cast.everyone()[who])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nowhere"),
        ("email", "PARTNER@cast.example"),
        ("email", f"{'x' * 250}@cast.example"),
        ("name", "  "),
        ("name", "x" * 151),
        ("name", "a\0b"),
        ("name", "\ud800"),
        ("language", "tlh"),
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        create(cast, **{field: value})
    assert list(refusal.value.message_dict) == [field]


def test_a_closed_account_has_no_session_no_token_and_no_password(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "partner@cast.example", "password": "a long password"})
    _token, secret = make_token(person=cast.partner, name="laptop")
    Authenticator.objects.create(user=cast.partner, type=Authenticator.Type.WEBAUTHN, data={})
    EmailAddress.objects.create(user=cast.partner, email="taken-over@evil.example")
    assert client.get("/api/me").status_code == 200
    deactivate_person(person=cast.partner, by=cast.secretariat)
    assert client.get("/api/me").status_code == 401
    assert valid_token(secret) is None
    assert not Session.objects.exists()
    assert not Authenticator.objects.exists()
    assert list(EmailAddress.objects.filter(user=cast.partner).values_list("email")) == [("partner@cast.example",)]
    assert standing_of(cast.partner) == PUBLIC
    Person.objects.filter(pk=cast.partner.pk).update(is_active=True)
    assert client.get("/api/me").status_code == 401


def test_only_the_secretariat_closes_accounts_and_never_its_own(cast: Cast) -> None:
    for by in (cast.coordinator, cast.director, cast.partner):
        with pytest.raises(PermissionDenied):
            deactivate_person(person=cast.partner, by=by)
    with pytest.raises(PermissionDenied):
        deactivate_person(person=cast.secretariat, by=cast.secretariat)


def test_a_new_password_ends_the_other_sessions(cast: Cast) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/accounts/login/", {"login": "partner@cast.example", "password": "a long password"})
        assert client.get("/api/me").status_code == 200
    new = {"oldpassword": "a long password", "password1": "quite another one", "password2": "quite another one"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert elsewhere.get("/api/me").status_code == 401


def test_a_language_or_zone_that_is_not_known_any_more_breaks_no_request(cast: Cast, client_of: ClientOf) -> None:
    for language, time_zone in (("xx", "Europe/Atlantis"), ("../..", "/etc/passwd"), ("", ""), ("en ", "a b")):
        Person.objects.filter(pk=cast.partner.pk).update(language=language, time_zone=time_zone)
        answer = client_of(cast.partner).get("/api/me")
        assert answer.status_code == 200
        assert answer["Content-Language"] == "en"


def test_a_closed_account_does_not_change_its_profile_or_make_tokens(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        update_profile(person=cast.deactivated, name="X", language="en", time_zone="UTC")
    with pytest.raises(PermissionDenied):
        make_token(person=cast.deactivated, name="X")


def test_nobody_revokes_anothers_token(cast: Cast) -> None:
    token, secret = make_token(person=cast.partner, name="laptop")
    for by in (cast.secretariat, cast.coordinator):
        with pytest.raises(PermissionDenied):
            revoke_token(token=token, by=by)
    assert valid_token(secret) == token


def test_tokens_are_bounded_and_a_revoked_one_makes_room(cast: Cast) -> None:
    made = [make_token(person=cast.partner, name=f"laptop {number}")[0] for number in range(TOKENS_PER_PERSON)]
    with pytest.raises(ValidationError, match="Revoke one first"):
        make_token(person=cast.partner, name="one more")
    revoke_token(token=made[0], by=cast.partner)
    make_token(person=cast.partner, name="one more")
    assert AccessToken.objects.count() == TOKENS_PER_PERSON + 1


def test_a_region_has_one_voice_at_a_time(cast: Cast, silesia: Region) -> None:
    mandate = give_mandate(person=cast.partner, region=silesia, by=cast.secretariat)
    assert give_mandate(person=cast.partner, region=silesia, by=cast.secretariat) == mandate
    assert list(Mandate.objects.current()) == [mandate]
    assert standing_of(cast.agency).mandates == frozenset()
    end_mandate(mandate=mandate, by=cast.secretariat)
    assert not Mandate.objects.current().exists()
    with pytest.raises(ValidationError):
        give_mandate(person=cast.deactivated, region=silesia, by=cast.secretariat)
    with pytest.raises(PermissionDenied):
        give_mandate(person=cast.coordinator, region=silesia, by=cast.coordinator)


def test_offices_are_the_secretariats_to_give_and_its_last_seat_stays_taken(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        give_office(person=cast.director, office=NetworkOffice.SECRETARIAT, by=cast.director)
    last = OfficeHolding.objects.get(person=cast.secretariat)
    with pytest.raises(ValidationError, match="Name a successor first"):
        end_office(holding=last, by=cast.secretariat)
    give_office(person=cast.coordinator, office=NetworkOffice.SECRETARIAT, by=cast.secretariat)
    end_office(holding=last, by=cast.secretariat)
    assert not standing_of(cast.secretariat).is_secretariat
    assert standing_of(cast.coordinator).is_secretariat


@pytest.mark.django_db(transaction=True)
def test_two_who_leave_the_secretariat_at_once_do_not_leave_it_empty(cast: Cast) -> None:
    give_office(person=cast.coordinator, office=NetworkOffice.SECRETARIAT, by=cast.secretariat)
    holdings = list(OfficeHolding.objects.filter(office=NetworkOffice.SECRETARIAT))
    together = Barrier(len(holdings))

    def leave(holding: OfficeHolding) -> str:
        try:
            together.wait(timeout=10)
            end_office(holding=holding, by=holding.person)
        except ValidationError:
            return "stays"
        finally:
            connection.close()
        return "leaves"

    for holding in holdings:
        assert holding.person
    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(leave, holdings)) == ["leaves", "stays"]
    assert OfficeHolding.objects.current().filter(office=NetworkOffice.SECRETARIAT).count() == 1


def test_the_first_of_the_secretariat_comes_by_the_command_line_and_only_the_first(db: None) -> None:
    said = StringIO()
    call_command("found_secretariat", "lead@network.example", "Lead", stdout=said)
    assert standing_of(Person.objects.get(email="lead@network.example")).is_secretariat
    with pytest.raises(CommandError, match="There is a secretariat already"):
        call_command("found_secretariat", "second@network.example", "Second")
    assert Person.objects.count() == 1
