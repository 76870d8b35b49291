"""Signing up, the second lock, one's sessions and one's address."""

import json
import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from forums.domain.posting import post_reply, start_topic
from groups.domain.memberships import remove_member
from groups.domain.sessions import device_of
from groups.domain.tokens import make_token
from groups.doorkeeper import PeopleDoorkeeper
from groups.models import Membership, Person, WorkingGroup
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]
PASSWORD = "a long password"
NEW = {"name": "New Comer", "email": "New@signup.example", "password1": "a password of mine"}


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> None:
    cache.clear()


def signed_in(person: Person, **options: str) -> Client:
    client = Client(headers=options)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def confirmed(person: Person) -> Client:
    """A client that signed in and has just said the password once more, as what concerns the account's safety wants."""
    client = signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def link_in(text: str) -> str:
    (link,) = re.findall(r"http://localhost:8000(/\S+)", text)
    return str(link)


def test_somebody_signs_up_confirms_the_address_and_sees_what_somebody_in_no_group_sees(cast: Cast) -> None:
    client = Client()
    assert client.post("/accounts/signup/", NEW)["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    client.post("/accounts/login/", {"login": "new@signup.example", "password": "a password of mine"})
    assert not is_signed_in(client)
    (message,) = mail.outbox
    assert message.subject == "Confirm your address"
    link = link_in(message.body)
    assert "new@signup.example is your address" in Client().get(link).content.decode()
    assert not Person.objects.confirmed().filter(email="new@signup.example").exists()
    Client().post(link)
    client = Client()
    client.post("/accounts/login/", {"login": "new@signup.example", "password": "a password of mine"})
    assert is_signed_in(client)
    assert client.get("/groups/agrifood/members/").status_code == 404
    assert client.get("/people/").status_code == 200
    person = Person.objects.get(email="new@signup.example")
    assert (person.name, person.organisation) == ("New Comer", None)
    assert not Membership.objects.filter(person=person).exists()


def test_who_wanted_to_join_a_group_is_led_there_once_the_address_is_confirmed(cast: Cast) -> None:
    """In another browser than the one in which they signed up, too."""
    joining = "/groups/agrifood/join/"
    signing_up = Client().get(f"/accounts/signup/?next={joining}").content.decode()
    assert f'<input type="hidden" name="next" value="{joining}"' in signing_up
    Client().post("/accounts/signup/", NEW | {"next": joining})
    client = Client()
    link = link_in(mail.outbox[0].body)
    page = client.get(link).content.decode()
    assert f'<input type="hidden" name="next" value="{joining}"' in page
    assert client.post(link.partition("?")[0], {"next": joining})["Location"] == joining
    assert client.get(joining)["Location"] == f"/accounts/login/?next={joining}"
    credentials = {"login": "new@signup.example", "password": "a password of mine", "next": joining}
    assert client.post("/accounts/login/", credentials)["Location"] == joining


@pytest.mark.parametrize("wanted", ["/notices/", "https://elsewhere.example/groups/agrifood/join/", "//a/join/", "\0"])
def test_the_letter_to_confirm_an_address_leads_nowhere_else(cast: Cast, wanted: str) -> None:
    Client().post("/accounts/signup/", NEW | {"next": wanted})
    assert "?" not in link_in(mail.outbox[0].body)


def test_signing_up_tells_nobody_who_has_an_account(cast: Cast) -> None:
    answers = [
        Client().post("/accounts/signup/", NEW | {"email": email}) for email in ("x@y.example", cast.agency.email)
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/confirm-email/")}
    pages = [Client().get(answer["Location"]).content for answer in answers]
    assert len({re.sub(rb'value="[^"]{64}"|nonce="[^"]+"', b"", page) for page in pages}) == 1
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["x@y.example"], "Confirm your address"),
        ([cast.agency.email], "You have an account already"),
    ]
    assert cast.agency.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\0b"),
        ("name", "x" * 151),
        ("email", "nowhere"),
        ("email", "a\0@b.example"),
        ("password1", "short"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(cast: Cast, field: str, value: str) -> None:
    answer = Client().post("/accounts/signup/", NEW | {field: value})
    assert answer.context["form"].errors.keys() == {field}
    kept = "name" if field != "name" else "email"
    assert f'value="{NEW[kept]}"' in answer.content.decode()
    assert not Person.objects.filter(email__icontains="signup").exists()


def test_who_has_not_confirmed_is_in_no_directory(cast: Cast, client_of: ClientOf) -> None:
    Client().post("/accounts/signup/", NEW)
    for person in (cast.partner, cast.secretariat):
        assert "New Comer" not in client_of(person).get("/people/").content.decode()
    assert "New Comer" not in client_of(cast.coordinator).get("/groups/agrifood/members/new/").content.decode()


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_an_authenticator_app_is_asked_for_at_the_next_sign_in_and_a_recovery_code_helps(cast: Cast) -> None:
    assert signed_in(cast.partner).get("/accounts/2fa/totp/activate/").status_code == 302
    client = confirmed(cast.partner)
    page = client.get("/accounts/2fa/totp/activate/")
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    client.post("/accounts/2fa/totp/activate/", {"code": code_for(page.context["form"].secret)})
    codes = re.findall(r"<li><code>(\w+)</code></li>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10
    elsewhere = signed_in(cast.partner)
    assert not is_signed_in(elsewhere)
    page = elsewhere.get("/accounts/2fa/authenticate/").content.decode()
    assert "<h1>One more step</h1>" in page
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_signed_in(elsewhere)
    elsewhere.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_signed_in(elsewhere)
    again = signed_in(cast.partner)
    again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_signed_in(again)


def test_the_page_for_a_passkey_carries_what_the_device_is_to_sign(cast: Cast) -> None:
    page = confirmed(cast.partner).get("/accounts/2fa/webauthn/add/").content.decode()
    found = re.search(r'<script id="passkey-options" type="application/json">(.+?)</script>', page)
    assert found is not None
    assert json.loads(found[1])["creation_options"]["publicKey"]["rp"]["id"] == "testserver"
    answer = Client().get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]


def test_sessions_are_listed_and_one_is_ended_from_another_at_once(cast: Cast) -> None:
    here = signed_in(cast.partner, **{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0"})
    there = signed_in(cast.partner, **{"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"})
    page = here.get("/accounts/sessions/").content.decode()
    assert page.index("Firefox on Linux") < page.index("This device") < page.index("Safari on iPhone")
    visitor = PeopleDoorkeeper().identify(session_key=there.session.session_key, bearer=None)
    assert visitor is not None
    there_pk = UserSession.objects.get(session_key=there.session.session_key).pk
    stranger = signed_in(cast.agency)
    assert stranger.post(f"/profile/sessions/{there_pk}/end/").status_code == 404
    assert PeopleDoorkeeper().still_welcome({visitor}) == {visitor}
    here.post(f"/profile/sessions/{there_pk}/end/")
    assert PeopleDoorkeeper().still_welcome({visitor}) == set()
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_all_other_sessions_are_ended_in_one_go(cast: Cast) -> None:
    here, others = signed_in(cast.partner), [signed_in(cast.partner) for _time in range(3)]
    stranger = signed_in(cast.agency)
    page = here.post("/accounts/sessions/", follow=True).content.decode()
    assert "3 other devices are signed out." in page
    assert [is_signed_in(client) for client in (here, stranger, *others)] == [True, True, False, False, False]
    assert Session.objects.count() == 2


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.0 Safari/605.1.15", "Safari on macOS"),
        ("python-httpx/0.27", "Another program"),
        ("", "Another program"),
    ],
)
def test_a_device_is_called_what_people_call_it(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device


def test_a_new_address_counts_from_the_moment_in_which_it_is_confirmed(cast: Cast) -> None:
    client = confirmed(cast.partner)
    client.post("/accounts/email/", {"action_add": "", "email": "moved@cast.example"})
    assert [message.to for message in mail.outbox][-1] == ["moved@cast.example"]
    assert "moved@cast.example takes its place" in client.get("/accounts/email/").content.decode()
    cast.partner.refresh_from_db()
    assert cast.partner.email == "partner@cast.example"
    client.post(link_in(mail.outbox[-1].body))
    cast.partner.refresh_from_db()
    assert cast.partner.email == "moved@cast.example"
    assert is_signed_in(signed_in(cast.partner))


def test_an_address_is_not_changed_to_somebody_else_s(cast: Cast) -> None:
    client = confirmed(cast.partner)
    client.post("/accounts/email/", {"action_add": "", "email": cast.agency.email})
    # Whose the address is, the answer does not tell; what comes to it opens nothing.
    for message in mail.outbox:
        assert message.to == [cast.agency.email]
        link = link_in(message.body)
        for other in (client, signed_in(cast.agency)):
            assert "belongs to another account already" in other.get(link).content.decode()
            other.post(link)
    addresses = Person.objects.filter(pk__in=[cast.partner.pk, cast.agency.pk]).values_list("email", flat=True)
    assert set(addresses) == {"partner@cast.example", "agency@cast.example"}


def account_routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    found = []
    for each in patterns:
        at = prefix + str(each.pattern)
        found += account_routes(each.url_patterns, at) if isinstance(each, URLResolver) else [at]
    return [route for route in found if route.startswith("accounts/")]


def test_every_page_of_the_account_is_in_our_own_look(cast: Cast) -> None:
    """Asked by somebody signed in with an app, without one, or halfway, and by nobody: each page that there is has our
    frame, a title of its own and one heading."""
    plain, locked, nobody = confirmed(cast.partner), confirmed(cast.agency), Client()
    page = locked.get("/accounts/2fa/totp/activate/")
    locked.post("/accounts/2fa/totp/activate/", {"code": code_for(page.context["form"].secret)})
    titles: dict[str, str] = {}
    for route in account_routes(get_resolver().url_patterns):
        address = "/" + re.sub(r"<int:pk>", "1", route)
        address = re.sub(r"\^|\$|\\", "", address)
        address = re.sub(r"\(\?P<uidb36>.*?\)", "1", address)
        address = re.sub(r"\(\?P<key>.*?\)", "x", address)
        halfway = [signed_in(cast.agency)] if "authenticate" in address else []
        for client in (plain, locked, nobody, *halfway):
            answer = client.get(address)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                text = answer.content.decode()
                title = re.search(r"<title>(.+?)</title>", text, re.DOTALL)
                assert title is not None
                assert title[1].endswith(" · Meta-cluster workspace"), address
                assert title[1].removesuffix(" · Meta-cluster workspace").strip(), address
                assert text.count("<h1") == 1, address
                assert '<main id="content"' in text, address
                assert " style=" not in text, address
                titles[address] = title[1]
    assert {
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/reauthenticate/",
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/accounts/2fa/authenticate/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
    } <= titles.keys()


def test_my_data_is_a_file_with_what_is_mine_and_nothing_else_s(cast: Cast) -> None:
    make_token(person=cast.agency, name="the agency's laptop")
    _token, secret = make_token(person=cast.partner, name="my laptop")
    answer = signed_in(cast.partner).get("/profile/data/")
    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    told = json.loads(answer.content)
    assert told["person"]["email"] == "partner@cast.example"
    assert told["memberships"][0]["group"] == "agrifood"
    assert [token["name"] for token in told["access_tokens"]] == ["my laptop"]
    assert len(told["sessions"]) == 1
    text = answer.content.decode()
    assert secret not in text
    assert "agency" not in text
    assert cast.partner.password not in text


def test_my_data_holds_what_i_wrote_also_in_a_group_that_i_have_left(cast: Cast, agrifood: WorkingGroup) -> None:
    topic, _made = start_topic(
        working_group=agrifood, author=cast.agency, title="A title of others", source="Words of others"
    )
    post_reply(topic=topic, author=cast.partner, source="My own words")
    remove_member(membership=Membership.objects.current().get(person=cast.partner), by=cast.coordinator)
    text = signed_in(cast.partner).get("/profile/data/").content.decode()
    assert [post["source"] for post in json.loads(text)["posts"]] == ["My own words"]
    assert "of others" not in text
