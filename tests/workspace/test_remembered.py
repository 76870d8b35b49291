"""A part that is drawn once shows what it was given, to nobody anything else, and what differs is filled in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import pytest
from django.template import engines
from django.utils import timezone as clock
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from groups.models import Person
from workspace import remembered
from workspace.remembered import Part, Remembered, draw

NOON = datetime(2012, 3, 8, 12, 0, tzinfo=UTC)


class Drawn:
    """Templates by their names, each counting how often it is drawn."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.times = 0

    def get(self, name: str) -> "Drawn":
        self.template = engines["django"].from_string("{% load i18n %}" + self.sources[name])
        return self

    def render(self, values: dict[str, object]) -> str:
        self.times += 1
        return self.template.render(values)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawn]:
    templates = Drawn()
    monkeypatch.setattr(remembered, "get_template", templates.get)
    monkeypatch.setattr(remembered, "_parts", Remembered(10_000))
    return templates


class Look(NamedTuple):
    name: str
    kinds: tuple[str, ...]


def test_equal_values_are_drawn_once_and_others_anew(drawn: Drawn) -> None:
    drawn.sources["a"] = "{{ look.name }} {{ look.kinds|join:'+' }}"
    for look in (Look("Anna", ("x",)), Look("Anna", ("x",)), Look("Anna", ("x", "y")), Look("Ann", ("x",))):
        assert draw("a", {"look": look}, {}) == f"{look.name} {'+'.join(look.kinds)}"
    assert drawn.times == 3


def test_another_language_and_another_time_zone_are_drawn_anew(drawn: Drawn) -> None:
    drawn.sources["a"] = '{% translate "Sign in" %} {{ at|date:"H:i" }}'
    for _ in range(2):
        with translation.override("en"), clock.override("UTC"):
            assert draw("a", {"at": NOON}, {}) == "Sign in 12:00"
        with translation.override("it"), clock.override("UTC"):
            assert draw("a", {"at": NOON}, {}) == "Accedi 12:00"
        with translation.override("en"), clock.override("Europe/Rome"):
            assert draw("a", {"at": NOON}, {}) == "Sign in 13:00"
    assert drawn.times == 3


def test_gaps_are_filled_in_each_time_and_escaped_unless_they_are_safe(drawn: Drawn) -> None:
    drawn.sources["a"] = "<b>{{ name }}</b> {% csrf_token %}<i>{{ gap_text }}</i> {{ gap_text }}"
    field = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    for token, text, shown in (("1", "<&>", "&lt;&amp;&gt;"), ("2", format_html("<u>{}</u>", "<"), "<u>&lt;</u>")):
        html = draw("a", {"name": "{name} {0} {{ gap_text }}"}, {"csrf_token": token, "gap_text": text})
        assert html == (f"<b>{{name}} {{0}} {{{{ gap_text }}}}</b> {field.format(token)}<i>{shown}</i> {shown}")
    assert drawn.times == 1


def test_a_gap_that_looks_like_another_or_like_a_place_in_the_part_is_text(drawn: Drawn) -> None:
    drawn.sources["a"] = "{{ gap_text }}|{{ gap_text_again }}"
    gaps = {"gap_text": "{gap_text_again}", "gap_text_again": "{gap_text}"}
    assert draw("a", {}, gaps) == "{gap_text_again}|{gap_text}"


def test_a_template_gets_nothing_but_its_values(drawn: Drawn) -> None:
    drawn.sources["a"] = "{{ name }}{{ standing.person_id }}{{ request.path }}"
    assert draw("a", {"name": "Anna"}, {}) == "Anna"


@pytest.mark.parametrize(
    "value",
    [
        Person(pk=1, name="Anna"),
        ["Anna"],
        ("Anna", ["Anna"]),
        Look("Anna", (format_html("{}", "Anna"),)),
        format_html("{}", "Anna"),
        gettext_lazy("Sign in"),
        1.5,
        NOON.astimezone(timezone(timedelta(hours=1))),
    ],
    ids=["a model", "a list", "a list within", "safe within", "safe", "lazy", "a float", "not in UTC"],
)
def test_what_could_change_or_look_different_is_refused(drawn: Drawn, value: object) -> None:
    drawn.sources["a"] = "{{ value }}"
    with pytest.raises(TypeError):
        draw("a", {"value": value}, {})


def test_the_parts_asked_for_last_are_kept_within_the_bound() -> None:
    def part(length: int) -> Part:
        return Part(format_html("{}", "x" * length), "", ())

    kept = Remembered(10)
    kept.keep(("a",), part(4))
    kept.keep(("b",), part(4))
    assert kept.get(("a",)) == part(4)
    kept.keep(("c",), part(4))
    assert [kept.get((name,)) is not None for name in "abc"] == [True, False, True]
    kept.keep(("c",), part(6))
    assert [kept.get((name,)) is not None for name in "abc"] == [True, False, True]
    kept.keep(("d",), part(11))
    assert ([kept.get((name,)) for name in "abcd"], kept.length) == ([None] * 4, 0)
