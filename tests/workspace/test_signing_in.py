"""Signing in and out, the demo's people at one click, and new passwords."""

import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

import workspace.urls
from groups.models import OfficeHolding, Person
from tests.conftest import Cast

PASSWORD = "a long password"
IN_USE = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> None:
    cache.clear()


@pytest.fixture
def demo_person(cast: Cast) -> Person:
    cast.coordinator.is_demo = True
    cast.coordinator.save()
    return cast.coordinator


@pytest.fixture
def outside_the_demo() -> Iterator[None]:
    """The addresses as they are outside the demo."""
    inside = workspace.urls.signing_in(demo=True)
    names = {pattern.name for pattern in inside}
    others = [each for each in workspace.urls.urlpatterns if getattr(each, "name", None) not in names]
    addresses = ModuleType("addresses_outside_the_demo")
    addresses.urlpatterns = [*workspace.urls.signing_in(demo=False), *others]  # type: ignore[attr-defined]
    with override_settings(DEMO=False, ROOT_URLCONF=addresses):
        yield


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("groups:profile")).status_code == 200


def sign_in(client: Client, person: Person, password: str = PASSWORD) -> None:
    client.post("/accounts/login/", {"login": person.email, "password": password})


def test_the_form_signs_in_by_address_and_password(client: Client, cast: Cast) -> None:
    response = client.post("/accounts/login/", {"login": cast.agency.email.upper(), "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_a_wrong_password_is_said_at_the_form_and_keeps_the_address(client: Client, cast: Cast) -> None:
    response = client.post("/accounts/login/", {"login": cast.agency.email, "password": "wrong"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem with what was entered" in page
    assert f'value="{cast.agency.email}"' in page
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "typed",
    ["", "a\x00b@c.example", "x" * 10_000, "no address", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1")],
)
def test_whatever_is_typed_into_the_form_is_answered(client: Client, cast: Cast, typed: str) -> None:
    response = client.post("/accounts/login/", {"login": typed, "password": typed})
    assert response.status_code == 200
    assert not is_signed_in(client)


def test_one_goes_where_one_wanted_to_but_never_to_another_site(client: Client, cast: Cast) -> None:
    form = {"login": cast.agency.email, "password": PASSWORD}
    assert client.post("/accounts/login/", form | {"next": "/groups/agrifood/"})["Location"] == "/groups/agrifood/"
    client.logout()
    assert client.post("/accounts/login/", form | {"next": "https://evil.example/"})["Location"] == "/"


def test_a_deactivated_person_does_not_come_in(client: Client, cast: Cast) -> None:
    sign_in(client, cast.deactivated)
    assert not is_signed_in(client)


def test_signing_out_takes_a_post(client_of: Callable[..., Client], cast: Cast) -> None:
    client = client_of(cast.agency)
    page = client.get("/accounts/logout/").content.decode()
    assert "<h1>Sign out</h1>" in page
    assert is_signed_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_signed_in(client)


def test_the_demo_offers_its_people_with_role_and_organisation(client: Client, demo_person: Person, cast: Cast) -> None:
    cast.secretariat.is_demo = True
    cast.secretariat.save()
    assert OfficeHolding.objects.filter(person=cast.secretariat).count() == 1
    page = client.get("/accounts/login/?next=/groups/agrifood/").content.decode()
    assert f'value="{demo_person.email}"' in page
    assert "Coordinator, Agrifood" in page
    assert "A firm near Milan" in page
    assert '<span class="people-role">Secretariat</span>' in page
    assert cast.partner.email not in page


def test_one_click_signs_in_as_a_demo_person(client: Client, demo_person: Person) -> None:
    response = client.post("/accounts/demo/", {"person": demo_person.email, "next": "/groups/agrifood/"})
    assert response["Location"] == "/groups/agrifood/"
    assert client.get("/groups/agrifood/members/").status_code == 200


def test_one_click_ends_the_session_of_who_was_signed_in_before(
    client_of: Callable[..., Client], demo_person: Person, cast: Cast
) -> None:
    client = client_of(cast.outsider)
    before = client.session.session_key
    client.post("/accounts/demo/", {"person": demo_person.email})
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(demo_person.pk)


def test_one_click_never_leads_to_another_site(client: Client, demo_person: Person) -> None:
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "-1",
        "a\0b",
        "/a\r\nX: 1",
    ):
        assert client.post("/accounts/demo/", {"person": demo_person.email, "next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize("who", ["partner@cast.example", "nobody@cast.example", "", "a\x00b"])
def test_nobody_but_the_demo_s_people_can_be_had_by_one_click(client: Client, demo_person: Person, who: str) -> None:
    assert client.post("/accounts/demo/", {"person": who}).status_code == 404
    assert not is_signed_in(client)


def test_a_closed_demo_account_is_not_offered(client: Client, demo_person: Person) -> None:
    Person.objects.filter(pk=demo_person.pk).update(is_active=False)
    assert demo_person.email not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/demo/", {"person": demo_person.email}).status_code == 404


def test_one_click_takes_a_post_with_its_token(demo_person: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/accounts/demo/").status_code == 405
    assert client.post("/accounts/demo/", {"person": demo_person.email}).status_code == 403
    assert not is_signed_in(client)


def test_outside_the_demo_the_path_is_not_there(client: Client, demo_person: Person, outside_the_demo: None) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("demo-sign-in")
    assert client.post("/accounts/demo/", {"person": demo_person.email}).status_code == 404
    assert not is_signed_in(client)
    page = client.get("/accounts/login/").content.decode()
    assert demo_person.email not in page
    assert "/accounts/demo/" not in page


def test_the_view_itself_refuses_outside_the_demo(client: Client, demo_person: Person) -> None:
    with override_settings(DEMO=False):
        assert client.post("/accounts/demo/", {"person": demo_person.email}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "login/code/",
        "login/code/confirm/",
        "social/signup/",
        "signup/passkey/",
        "2fa/webauthn/signup/",
    ],
)
def test_what_is_not_in_use_is_not_there(client_of: Callable[..., Client], cast: Cast, path: str) -> None:
    for person in (None, cast.agency):
        assert client_of(person).get(f"/accounts/{path}").status_code == 404


def test_of_allauth_only_what_is_in_use_is_mounted() -> None:
    assert {pattern.name for pattern in workspace.urls.signing_in(demo=False)} == IN_USE
    assert {pattern.name for pattern in workspace.urls.signing_in(demo=True)} == IN_USE | {"demo-sign-in"}


@pytest.mark.parametrize("key", ['"\\000aaaaaaaa"', "é" * 32, "a" * 4000, "'; --aaaaaa"])
def test_what_is_no_session_is_nobody_s(key: str, db: None) -> None:
    answer = Client().get("/groups/agrifood/forum/", headers={"Cookie": f"sessionid={key}"})
    assert answer["Location"] == "/accounts/login/?next=/groups/agrifood/forum/"


def test_a_new_password_ends_every_other_session(client_of: Callable[..., Client], cast: Cast) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, cast.agency)
        assert is_signed_in(client)
    form = {
        "oldpassword": PASSWORD,
        "password1": "another long phrase",
        "password2": "another long phrase",
        "next": reverse("groups:profile"),
    }
    response = here.post("/accounts/password/change/", form)
    assert response["Location"] == reverse("groups:profile")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_a_wrong_old_password_changes_nothing(client: Client, cast: Cast) -> None:
    sign_in(client, cast.agency)
    form = {"oldpassword": "wrong", "password1": "another long phrase", "password2": "another long phrase"}
    page = client.post("/accounts/password/change/", form).content.decode()
    assert 'aria-invalid="true"' in page
    cast.agency.refresh_from_db()
    assert cast.agency.check_password(PASSWORD)


def test_a_forgotten_password_is_set_anew_by_mail(client: Client, cast: Cast) -> None:
    elsewhere = Client()
    sign_in(elsewhere, cast.agency)
    assert (
        client.post("/accounts/password/reset/", {"email": cast.agency.email}, headers={"host": "127.0.0.1"})[
            "Location"
        ]
        == "/accounts/password/reset/done/"
    )
    assert client.get("/accounts/password/reset/done/").status_code == 200
    (message,) = mail.outbox
    assert message.to == [cast.agency.email]
    assert message.subject == "Choose a new password"
    (link,) = re.findall(r"http://localhost:8000(/\S+)", message.body)
    form = client.get(link, follow=True)
    assert "<h1>Choose a new password</h1>" in form.content.decode()
    action = form.redirect_chain[-1][0]
    assert link not in form.content.decode()
    done = client.post(action, {"password1": "another long phrase", "password2": "another long phrase"}, follow=True)
    assert "Your new password is set" in done.content.decode()
    assert not is_signed_in(elsewhere)
    sign_in(client, cast.agency, "another long phrase")
    assert is_signed_in(client)
    used = Client().get(link, follow=True).content.decode()
    assert "This link is no longer valid" in used


def test_nobody_learns_by_the_reset_who_has_an_account(client: Client, cast: Cast) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in (cast.agency.email, "nobody@nowhere.example")
    ]
    assert [answer["Location"] for answer in answers] == ["/accounts/password/reset/done/"] * 2
    # Somebody gets a letter either way, so that the work is the same.
    assert [message.to for message in mail.outbox] == [[cast.agency.email], ["nobody@nowhere.example"]]
    assert mail.outbox[1].subject == "There is no account with this address"


def test_too_many_wrong_passwords_get_a_page_that_says_so(client: Client, cast: Cast) -> None:
    answers = [client.post("/accounts/login/", {"login": cast.agency.email, "password": "wrong"}) for _ in range(12)]
    assert "Too many failed login attempts" in answers[-1].content.decode()


@pytest.mark.parametrize(("proxies", "is_shared"), [(0, True), (1, False)])
def test_behind_a_trusted_proxy_people_do_not_share_their_attempts(
    client: Client, cast: Cast, settings: Any, proxies: int, is_shared: bool
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(12):
        wrong = {"login": f"nobody{number}@cast.example", "password": "wrong"}
        client.post("/accounts/login/", wrong, headers={"X-Forwarded-For": "192.0.2.1"})
    right = {"login": cast.agency.email, "password": PASSWORD}
    client.post("/accounts/login/", right, headers={"X-Forwarded-For": "192.0.2.1, 192.0.2.2"})
    assert is_signed_in(client) is not is_shared


@pytest.mark.parametrize(
    "name",
    sorted(
        IN_USE
        - {"account_reset_password_from_key", "account_set_password", "account_change_password", "account_logout"}
    ),
)
def test_every_page_of_signing_in_has_one_heading(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).content.decode().count("<h1") == 1


def test_the_page_for_no_password_yet_sets_one(client_of: Callable[..., Client], cast: Cast) -> None:
    cast.agency.set_unusable_password()
    cast.agency.save()
    client = client_of(cast.agency)
    page = client.get("/accounts/password/change/", follow=True).content.decode()
    assert "<h1>Set a password</h1>" in page
