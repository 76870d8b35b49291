"""The catalogues of strings: what the source says is what the .po files translate and the .mo files hold."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import resolve

from groups.models import Person
from tests import messages
from tests.messages import (
    DOMAINS,
    compiled,
    in_the_source,
    messages_of,
    missing,
    path_of,
    read,
    strings_in,
    wrong_placeholders,
)

pytestmark = pytest.mark.once("words are no database's")
BOTH = pytest.mark.parametrize("domain", DOMAINS)


def test_strings_are_found_in_python_templates_and_scripts(tmp_path: Path) -> None:
    files = {
        "a.py": '_("One"); ngettext("%(n)s post", "%(n)s posts", 2); pgettext("of a day", "First")',
        "a.html": '{% load i18n %}{% translate "One" %}{{ x|default:_("Two") }}<a title="{% translate \'Three\' %}">'
        "{% blocktranslate count n=2 trimmed %}\n {{ n }} post\n{% plural %}\n {{ n }} posts{% endblocktranslate %}"
        '{% translate "May" context "month" %}{# {% translate "no" %} #}',
        "a.js": 'const a = { b: gettext("One") }; x?.y ?? ngettext("%(n)s post", "%(n)s posts", 2); /gettext("no")/u;',
    }
    found = {}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        found[name] = set(strings_in(tmp_path / name))
    plural = (("%(n)s post", "%(n)s posts"), None)
    assert found["a.py"] == {("First", "of a day"), plural, ("One", None)}
    assert found["a.html"] == {("May", "month"), ("One", None), ("Three", None), ("Two", None), plural}
    assert found["a.js"] == {("One", None), plural}


@BOTH
def test_every_string_of_the_source_and_no_other_is_in_the_catalogue(domain: str) -> None:
    source, catalogue = messages_of(in_the_source(domain)), messages_of(read("it", domain))
    assert (source.keys() - catalogue.keys(), catalogue.keys() - source.keys()) == (set(), set()), "run `make messages`"


@BOTH
def test_every_string_is_translated_in_all_its_forms(domain: str) -> None:
    assert [each.id for each in messages_of(read("it", domain)).values() if missing(each)] == []


@BOTH
def test_translations_hold_what_is_filled_in(domain: str) -> None:
    wrong = [each.id for each in messages_of(read("it", domain)).values() if wrong_placeholders(each)]
    assert wrong == []


@BOTH
def test_the_compiled_catalogue_is_that_of_the_translated_one(domain: str) -> None:
    assert path_of("it", domain).with_suffix(".mo").read_bytes() == compiled(read("it", domain)), "run `make messages`"


ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "data-confirm", "data-confirm-action", "aria-description")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNSEEN = {"script", "style", "time", "code", "head"}
# What people wrote, and what has no language: initials, keys, the names of zones and languages.
CONTENT_CLASSES = {"prose", "avatar", "source", "brand-mark", "tile"}
# Capitals alone are names of formats and zones: CSV, UTC.
WORD = re.compile(r"\b(?![A-Z]+\b)[^\W\d_]{2,}")


class Reader(HTMLParser):
    """Collects what a page says in words outside what people wrote, and where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said = ""
        self.named: list[str] = []
        self.links: list[str] = []
        self.hidden: list[bool] = [False]
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        is_content = bool(CONTENT_CLASSES & set(given.get("class", "").split())) or given.get("name") in {
            "time_zone",
            "language",
        }
        is_foreign = "lang" in given and tag != "html"
        hidden = self.hidden[-1] or tag in UNSEEN or is_content or is_foreign
        if not hidden:
            self.named += [given[name] for name in ATTRIBUTES if name in given]
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag not in VOID:
            self.hidden.append(hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and len(self.hidden) > 1:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden[-1]:
            self.said += data


def unmarked(text: str, written: list[str]) -> list[str]:
    """The lines in which words remain once marked strings and what people wrote are taken out."""
    less = ""
    while less != text:
        less, text = text, re.sub("⟦[^⟦⟧]*⟧", " ", text)
    text = re.sub(r"https?://\S*", " ", text)
    for each in written if WORD.search(text) else []:
        text = text.replace(each, " ")
    return [line.strip() for line in text.splitlines() if WORD.search(line)]


def what_people_wrote() -> list[str]:
    """All texts of all rows, the longest first."""
    texts: set[str] = set()
    for model in apps.get_models():
        fields = [field.name for field in model._meta.fields if isinstance(field, CharField | TextField)]
        for row in model._default_manager.values_list(*fields) if fields else []:
            for value in row:
                texts |= {line.strip() for line in str(value or "").splitlines()}
    return sorted((text for text in texts if len(text) > 1), key=len, reverse=True)


def crawl(client: Client, start: str) -> dict[str, Reader]:
    """What each page says that can be reached by links, one page of each kind."""
    seen: set[str] = set()
    waiting = [start]
    pages: dict[str, Reader] = {}
    while waiting:
        address = waiting.pop(0)
        route = resolve(urlsplit(address).path).route
        if route in seen or route.startswith(("api/", "files/")):
            continue
        seen.add(route)
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            reader = Reader(answer.content.decode())
            pages[address] = reader
            links = [urljoin(address, link.partition("#")[0]) for link in reader.links]
            waiting += [link for link in links if link.startswith("/")]
    return pages


def test_no_page_says_a_word_that_cannot_be_translated(
    db: None, client_of: Callable[..., Client], settings: Any, tmp_path: Path
) -> None:
    """Every page of the demo in an invented language whose every word is marked: what is not marked was forgotten."""
    call_command("load_network", verbosity=0)
    call_command("load_demo", verbosity=0)
    messages.pretend(tmp_path, "lb", messages.marked)
    settings.LANGUAGES = [("en", "English"), ("lb", "Lëtzebuergesch")]
    settings.LOCALE_PATHS = [tmp_path]
    Person.objects.update(language="lb")
    written = what_people_wrote()
    forgotten = []
    for who in ("", "coordinator", "secretariat"):
        person = Person.objects.get(email=f"{who}@demo.example") if who else None
        client = client_of(person)
        client.cookies["language"] = "lb"
        pages = crawl(client, "/")
        assert len(pages) >= 8
        forgotten += [
            f"{who or 'public'} {address}: {line}"
            for address, page in pages.items()
            for text in (page.said, *page.named)
            for line in unmarked(text, written)
        ]
    assert "\n".join(sorted(set(forgotten))) == ""
