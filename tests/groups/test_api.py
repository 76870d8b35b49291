"""Who the HTTP API takes somebody for, and how it says no."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from groups.domain.memberships import remove_member
from groups.domain.tokens import make_token, revoke_token
from groups.models import AccessToken, Membership, Person, WorkingGroup
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_nobody_is_told_401_in_json(client: Client, db: None) -> None:
    answer = client.get("/api/me")
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Sign in, or send a valid access token."}
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_says_who_i_am(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.agency).get("/api/me").json() == {
        "id": cast.agency.pk,
        "name": "Agency",
        "email": "agency@cast.example",
        "organisation": "arr-bielsko",
        "language": "en",
        "time_zone": "Europe/Rome",
        "roles": [{"group": "agrifood", "role": "agency"}],
        "offices": [],
        "mandates": ["PL22"],
    }


def test_a_token_says_who_i_am_and_leaves_no_session(cast: Cast, client: Client) -> None:
    _token, secret = make_token(person=cast.partner, name="laptop")
    answer = client.get("/api/me", headers=bearer(secret))
    assert answer.status_code == 200
    assert answer.json()["email"] == "partner@cast.example"
    assert not answer.cookies


def test_a_token_counts_more_than_the_session_beside_it(cast: Cast, client_of: ClientOf) -> None:
    _token, secret = make_token(person=cast.outsider, name="laptop")
    client = client_of(cast.coordinator)
    assert client.get("/api/me", headers=bearer(secret)).json()["email"] == "outsider@cast.example"
    groups = client.get("/api/groups", headers=bearer(secret)).json()["groups"]
    assert [group["slug"] for group in groups] == ["tourism"]


@pytest.mark.parametrize(
    "header", ["Bearer nonsense", "Bearer ", "Bearer", "Basic YTpi", "Bearer \u00e9\u00ff", "nonsense"]
)
def test_a_header_that_opens_nothing_is_not_made_good_by_a_session(
    cast: Cast, client_of: ClientOf, header: str
) -> None:
    answer = client_of(cast.coordinator).get("/api/me", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_revoked_token_opens_nothing(cast: Cast, client: Client) -> None:
    token, secret = make_token(person=cast.partner, name="laptop")
    assert client.get("/api/me", headers=bearer(secret)).status_code == 200
    revoke_token(token=token, by=cast.partner)
    assert client.get("/api/me", headers=bearer(secret)).status_code == 401


def test_a_deactivated_persons_token_opens_nothing(cast: Cast, client: Client) -> None:
    _token, secret = make_token(person=cast.partner, name="laptop")
    Person.objects.filter(pk=cast.partner.pk).update(is_active=False)
    assert client.get("/api/me", headers=bearer(secret)).status_code == 401


def test_only_the_digest_of_a_secret_is_stored(cast: Cast) -> None:
    token, secret = make_token(person=cast.partner, name="laptop")
    assert secret not in json.dumps(list(AccessToken.objects.values()), default=str)
    assert token.hint == secret[-4:]


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(cast: Cast, client: Client) -> None:
    token, secret = make_token(person=cast.partner, name="laptop")
    client.get("/api/me", headers=bearer(secret))
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    client.get("/api/me", headers=bearer(secret))
    token.refresh_from_db()
    assert token.last_used_at == first
    long_ago = timezone.now() - timedelta(minutes=2)
    AccessToken.objects.filter(pk=token.pk).update(last_used_at=long_ago)
    client.get("/api/me", headers=bearer(secret))
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at > long_ago


def test_the_groups_are_those_one_may_read(cast: Cast, client_of: ClientOf, agrifood: WorkingGroup) -> None:
    def slugs(person: Person) -> list[str]:
        return [group["slug"] for group in client_of(person).get("/api/groups").json()["groups"]]

    assert slugs(cast.observer) == ["agrifood"]
    assert slugs(cast.outsider) == ["tourism"]
    assert slugs(cast.removed) == []
    assert slugs(cast.director) == ["agrifood", "tourism"]
    assert slugs(cast.secretariat) == ["agrifood", "tourism"]


def test_a_lost_role_counts_from_the_next_request(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.partner)
    assert client.get("/api/groups").json() != {"groups": []}
    remove_member(membership=Membership.objects.get(person=cast.partner), by=cast.coordinator)
    assert client.get("/api/groups").json() == {"groups": []}


def test_an_address_without_an_operation_is_told_404_in_json(client: Client, db: None) -> None:
    answer = client.get("/api/nothing/here")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no such address in this API."}


def test_the_description_and_its_page_are_for_anyone_and_fetch_nothing_from_elsewhere(client: Client, db: None) -> None:
    description = client.get("/api/openapi.json").json()
    assert {"/api/me", "/api/groups"} <= set(description["paths"])
    assert description["paths"]["/api/me"]["get"]["security"] == [{"Bearer": []}, {"Session": []}]
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "//" not in page.content.decode().replace("http://testserver", "")
