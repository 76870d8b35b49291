"""The frame around every page, and the tags that every room's templates use."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import Client
from django.utils import timezone as clock

from groups.models import Membership, Person
from groups.queries import card_of
from tests.conftest import Cast
from workspace.modules import module_addresses
from workspace.queries import RegionTile

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2012, 3, 8, 12, 0, tzinfo=UTC)


def rendered(source: str, **values: Any) -> str:
    return Template("{% load shell %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=7), "7 days ago"),
        (timedelta(days=8), "29 February 2012"),
        (timedelta(days=-2), "10 March 2012"),
    ],
)
def test_a_moment_is_told_relative_to_now(age: timedelta, words: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert f">{words}</time>" in rendered("{% when moment %}", moment=NOW - age)


def test_the_exact_time_is_in_the_reader_s_zone() -> None:
    with time_machine.travel(NOW, tick=False), clock.override("Europe/Rome"):
        html = rendered("{% when moment %}", moment=NOW)
    assert 'datetime="2012-03-08T12:00:00+00:00"' in html
    assert 'title="8 March 2012, 13:00"' in html


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (date(2011, 10, 25), date(2011, 10, 25), "25 October 2011"),
        (date(2012, 5, 3), date(2012, 5, 5), "3 May 2012 – 5 May 2012"),
        (date(2012, 1, 1), date(2012, 12, 31), "2012"),
        (date(2011, 1, 1), date(2012, 12, 31), "1 January 2011 – 31 December 2012"),
    ],
)
def test_a_stretch_of_days_is_told_as_one_would(starts: date, ends: date, words: str) -> None:
    html = rendered("{% period starts ends %}", starts=starts, ends=ends)
    assert re.sub(r"<[^>]*>", "", html) == words


@pytest.mark.parametrize(
    ("name", "initials"), [("Zofia Jabłonka", "ZJ"), ("Łukasz", "Ł"), ("Anna Maria de la Cruz", "AC"), ("", "")]
)
def test_a_person_s_disc_shows_initials(name: str, initials: str) -> None:
    assert rendered("{% avatar name %}", name=name) == f'<span class="avatar" aria-hidden="true">{initials}</span>'


def test_a_byline_takes_a_person_or_a_card(cast: Cast) -> None:
    person = Person.objects.select_related("organisation__region").get(pk=cast.agency.pk)
    for who in (person, card_of(person)):
        text = re.sub(r"<[^>]*>", "", rendered("{% byline who %}", who=who)).strip()
        assert text == "Agency, ARR Bielsko (Silesia)"


def test_names_cannot_bring_markup_into_a_page() -> None:
    person = Person(name="<script>alert(1)</script>")
    assert "<script>" not in rendered("{% byline who %}{% avatar who.name %}", who=person)


def test_every_tile_of_the_table_of_regions_says_in_words_what_it_shows() -> None:
    tiles = [
        RegionTile("PL22", "Silesia", "lit", "has endorsed", "/regions/slaskie/"),
        RegionTile("ITC4", "Lombardy", "dimmed", "is silent"),
        RegionTile("SI04", "Western Slovenia", "ringed", "hosts"),
        RegionTile("DE11", "Stuttgart", "struck", "objects"),
    ]
    html = rendered("{% region_tiles tiles label='Endorsements' %}", tiles=tiles)
    assert '<ul class="tiles" aria-label="Endorsements">' in html
    assert re.findall(r'class="tile is-(\w+)"', html) == ["lit", "dimmed", "ringed", "struck"]
    assert re.findall(r'visually-hidden">([^<]*)<', html) == [
        "Silesia: has endorsed",
        "Lombardy: is silent",
        "Western Slovenia: hosts",
        "Stuttgart: objects",
    ]
    assert html.count("<a href") == 1


class Enrolment(forms.Form):
    title = forms.CharField(label="Title", help_text="A short one", max_length=5)
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="Agreed", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_ties_label_help_and_error_together() -> None:
    html = str(Enrolment({"title": "too long"}))
    assert '<label for="id_title">Title</label>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_helptext">A short one' in html
    assert 'id="id_title_error"' in html
    assert html.count('<input type="hidden" name="secret"') == 1


def test_optional_fields_say_so_but_a_box_to_tick_does_not() -> None:
    html = str(Enrolment())
    assert html.count("(optional)") == 1
    assert '<label for="id_note">Note <span class="optional">(optional)</span></label>' in html


def test_the_summary_of_errors_leads_to_each_field() -> None:
    form = Enrolment({"title": "too long"})
    form.add_error(None, "All in all, no.")
    html = str(form)
    assert html.count("There are problems with what was entered") == 1
    assert '<a href="#id_title">Title: Ensure this value has at most 5 characters (it has 8).</a>' in html
    assert html.count("All in all, no.") == 1
    assert "error-summary" not in str(Enrolment())


def rail(page: str) -> str:
    return page[page.index('<aside class="rail"') : page.index("</aside>")]


def test_the_rail_shows_a_person_s_own_groups_and_the_rooms_of_the_one_they_are_in(
    client_of: Callable[..., Client], cast: Cast
) -> None:
    page = rail(client_of(cast.partner).get("/groups/agrifood/").content.decode())
    assert re.findall(r'href="(/groups/[^"]*)"', page) == [
        "/groups/agrifood/",
        "/groups/agrifood/",
        "/groups/agrifood/forum/",
        "/groups/agrifood/plan/",
        "/groups/agrifood/visits/",
        "/groups/agrifood/members/",
    ]
    assert page.count('aria-current="page"') == 1


def test_the_rail_shows_no_room_of_a_group_that_is_not_one_s_own(client_of: Callable[..., Client], cast: Cast) -> None:
    page = client_of(cast.outsider).get("/groups/agrifood/").content.decode()
    assert re.findall(r'href="(/groups/[^"]*)"', rail(page)) == ["/groups/tourism/"]
    assert "/groups/agrifood/forum/" not in page


def test_the_secretariat_s_rail_shows_every_group(client_of: Callable[..., Client], cast: Cast) -> None:
    page = rail(client_of(cast.secretariat).get("/").content.decode())
    assert re.findall(r'href="(/groups/[^"]*)"', page) == ["/groups/agrifood/", "/groups/tourism/"]


def test_the_home_page_leads_to_one_s_own_groups_where_no_rail_does(
    client: Client, client_of: Callable[..., Client], cast: Cast
) -> None:
    (own,) = re.findall(
        r'<section class="section home-groups".*?</section>', home_of(client_of(cast.partner)), re.DOTALL
    )
    assert re.findall(r'href="(.*?)"', own) == ["/groups/agrifood/"]
    (all_groups,) = re.findall(r"home-groups.*?</section>", home_of(client_of(cast.secretariat)), re.DOTALL)
    assert re.findall(r'href="(.*?)"', all_groups) == ["/groups/agrifood/", "/groups/tourism/"]
    assert "home-groups" not in home_of(client)


def test_who_is_in_no_group_reads_on_the_home_page_how_to_come_into_one(
    client: Client, client_of: Callable[..., Client], cast: Cast
) -> None:
    hint = 'You are in no working group yet. Open <a href="/#groups">one of the working groups</a> and ask to join it.'
    assert hint in home_of(client_of(cast.removed))
    assert hint not in home_of(client_of(cast.partner)) + home_of(client)


def home_of(client: Client) -> str:
    return client.get("/").content.decode()


def test_a_role_that_ends_leaves_the_rail_at_once(client_of: Callable[..., Client], cast: Cast) -> None:
    client = client_of(cast.partner)
    assert "/groups/agrifood/forum/" in client.get("/groups/agrifood/").content.decode()
    Membership.objects.filter(person=cast.partner).update(ended_at=clock.now())
    assert "/groups/agrifood/forum/" not in client.get("/groups/agrifood/").content.decode()


def test_a_deactivated_person_sees_what_the_public_sees(client_of: Callable[..., Client], cast: Cast) -> None:
    page = client_of(cast.deactivated).get("/").content.decode()
    assert 'class="masthead"' in page
    assert "Sign out" not in page


def test_signing_out_from_the_frame_is_a_post(client_of: Callable[..., Client], cast: Cast) -> None:
    page = client_of(cast.partner).get("/").content.decode()
    assert '<form method="post" action="/accounts/logout/">' in page
    assert 'href="/accounts/logout/"' not in page


def test_every_page_begins_with_a_way_to_its_content(client: Client, cast: Cast) -> None:
    page = client.get("/").content.decode()
    body = page[page.index("<body") :]
    assert body.index('href="#content"') < body.index("<header")
    assert '<main id="content" tabindex="-1">' in page


def test_pages_carry_the_strict_policy(client: Client, cast: Cast) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


def test_every_module_that_a_template_names_is_there() -> None:
    named = set()
    for path in ROOT.glob("*/templates/**/*.html"):
        for names in re.findall(r'data-module="([^"{]*)"', path.read_text()):
            named |= set(names.split())
    assert named - set(module_addresses()) == set()


def test_the_page_tells_where_its_modules_are(client: Client, cast: Cast) -> None:
    page = client.get("/").content.decode()
    (block,) = re.findall(r'<script id="module-addresses" type="application/json">(.*?)</script>', page)
    addresses = json.loads(block)
    assert addresses["workspace/when"] == "/static/workspace/when.js"
    assert all(finders.find(address.removeprefix("/static/")) for address in addresses.values())
    assert not any(name.startswith("vendor") for name in addresses)


def test_every_icon_that_is_used_is_in_the_sprite_and_no_other() -> None:
    names = json.loads((ROOT / "frontend/icons.json").read_text())
    sprite = (ROOT / "workspace/static/vendor/icons/icons.svg").read_text()
    assert re.findall(r'<symbol id="([^"]*)"', sprite) == names
    used = {"compass", "chat-left-text", "journal-text", "geo-alt", "people"}
    for path in ROOT.glob("*/templates/**/*.html"):
        used |= set(re.findall(r"{% icon [\"']([\w-]+)[\"'] %}", path.read_text()))
        used |= set(re.findall(r"icon=[\"']([\w-]+)[\"']", path.read_text()))
    assert used == set(names)


FORBIDDEN = {
    "a style attribute": r"<[^>{]*\sstyle=",
    "a style element": r"<style",
    "a handler in an attribute": r"<[^>]*\son[a-z]+=",
    "a script in the page": r"<script(?![^>]*(?:\ssrc=|application/json))",
    "an address of another site": r"(?:src|href)=\"https?://",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    templates = [path for path in ROOT.glob("*/templates/**/*.html") if ".venv" not in path.parts]
    assert len(templates) > 30
    assert [str(path) for path in templates if re.search(FORBIDDEN[what], path.read_text())] == []
