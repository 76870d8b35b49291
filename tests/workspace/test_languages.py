"""Which language a page speaks, and how it writes dates, numbers and money in it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from groups.models import Person
from tests.conftest import Cast
from workspace.languages import catalogue_address

NOW = datetime(2012, 3, 8, 12, 0, tzinfo=UTC)


def language_of(client: Client, address: str = "/", **headers: str) -> str:
    page = client.get(address, headers=headers).content.decode()
    return page.partition('<html lang="')[2].partition('"')[0]


def test_the_public_is_spoken_to_as_their_browser_asks(client: Client, db: None) -> None:
    assert language_of(client) == "en"
    assert language_of(client, **{"Accept-Language": "it-IT,it;q=0.9,en;q=0.8"}) == "it"
    assert language_of(client, **{"Accept-Language": "tlh, en;q=0.5"}) == "en"


def test_a_choice_on_this_device_goes_before_the_browser_s_wish_and_needs_no_script(client: Client, db: None) -> None:
    answer = client.post("/language/", {"language": "it", "next": "/regions/slaskie/?a=b"})
    assert (answer.status_code, answer["Location"]) == (302, "/regions/slaskie/?a=b")
    assert language_of(client, **{"Accept-Language": "en"}) == "it"
    client.post("/language/", {"language": "en"})
    assert language_of(client, **{"Accept-Language": "it"}) == "en"


def test_a_person_s_own_language_goes_before_all_and_their_choice_becomes_it(
    client_of: Callable[..., Client], cast: Cast
) -> None:
    client = client_of(cast.partner)
    client.cookies["language"] = "it"
    assert language_of(client) == "en"
    client.post("/language/", {"language": "it"})
    cast.partner.refresh_from_db()
    assert cast.partner.language == "it"
    assert language_of(client_of(cast.partner)) == "it"


def test_a_profile_that_no_longer_fits_sends_to_the_profile_where_the_choice_can_be_made(
    client_of: Callable[..., Client], cast: Cast
) -> None:
    Person.objects.filter(pk=cast.partner.pk).update(time_zone="Atlantis/Capital")
    answer = client_of(cast.partner).post("/language/", {"language": "it"})
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")


@pytest.mark.parametrize("language", ["", "tlh", "IT", "it\x00", "x" * 10_000])
def test_a_language_that_is_not_spoken_here_changes_nothing(client: Client, db: None, language: str) -> None:
    assert client.post("/language/", {"language": language}).status_code == 404
    assert "language" not in client.cookies


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\r\nX: y", ""]
)
def test_the_choice_leads_back_to_our_own_pages_only(client: Client, db: None, address: str) -> None:
    assert client.post("/language/", {"language": "it", "next": address})["Location"] == "/"


def test_every_page_offers_the_other_languages_by_their_own_names(client: Client, db: None) -> None:
    page = client.get("/nothing/").content.decode()
    assert '<button class="link-button" name="language" value="it" lang="it">Italiano</button>' in page
    assert '<span class="language-current" lang="en">English</span>' in page


def test_scripts_get_their_strings_in_the_page_s_language_and_keep_them(client: Client, db: None) -> None:
    client.post("/language/", {"language": "it"})
    address = catalogue_address("it")
    assert f'src="{address}"' in client.get("/").content.decode()
    answer = client.get(address)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"django.gettext" in answer.content
    assert client.get("/jsi18n/it.0123456789ab.js")["Cache-Control"] == "no-cache"
    assert client.get("/jsi18n/tlh.0123456789ab.js").status_code == 404


def shown(source: str, language: str, **values: object) -> str:
    with translation.override(language):
        return Template("{% load shell %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("language", "amount", "words"),
    [
        ("en", Decimal("1234567.00"), "EUR 1,234,567"),
        ("en", Decimal("0.5"), "EUR 0.50"),
        ("en", 0, "EUR 0"),
        ("it", Decimal(1234567), "1.234.567"),
        ("it", Decimal("-1000.25"), "-1.000,25"),
    ],
)
def test_money_is_grouped_as_the_reader_s_language_does(language: str, amount: Decimal | int, words: str) -> None:
    assert words in shown("{% money amount %}", language, amount=amount)


def test_dates_are_written_in_the_reader_s_language() -> None:
    with time_machine.travel(NOW, tick=False):
        assert ">1 febbraio 2012</time>" in shown("{% when moment %}", "it", moment=NOW - timedelta(days=36))
    assert ">8 marzo 2012</time>" in shown("{% day moment %}", "it", moment=NOW)
    assert ">8 March 2012</time>" in shown("{% day moment %}", "en", moment=NOW)
    assert ">25 ottobre 2011</time>" in shown("{% period on on %}", "it", on=date(2011, 10, 25))
