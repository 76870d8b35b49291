"""The canonical text, byte by byte."""

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.canonical import (
    ActionContent,
    AuthorContent,
    PlanContent,
    SectionContent,
    canonical_text,
    digest_of,
    money,
    normalised,
    plain_number,
)

PASS = ActionContent(
    number=1,
    title="Laboratory pass",
    description="One price list.\n\n- for all",
    lead="Parco",
    partners=("ARR", "Zadruga"),
    starts_on="2013-01-14",
    ends_on="2013-12-20",
    budget="85000.00",
    indicator="Firms that came",
    unit="firms",
    baseline="4",
    target="40",
)
BARE = ActionContent(3, "Later", "", "", (), "", "", "", "", "", "", "")
CONTENT = PlanContent(
    group="Agrifood",
    sections=(
        SectionContent("k3v9x2ab", "Vision", "Jídlo, żywność, élelmiszer 🌾\r\nsecond line\n\n"),
        SectionContent("m4w8y3cd", "Objectives", ""),
    ),
    actions=(PASS, BARE),
    authors=(AuthorContent("Parco", "ITC4"),),
)
EXPECTED = """\
# Strategic plan of the meta-cluster: Agrifood

## 1. Vision
<!-- section k3v9x2ab, 40 characters -->

Jídlo, żywność, élelmiszer 🌾
second line

## 2. Objectives
<!-- section m4w8y3cd, 0 characters -->

## Table of actions
<!-- 2 actions -->

### Action 1: Laboratory pass
<!-- action 1, 26 characters -->
- Lead: Parco
- Partner: ARR
- Partner: Zadruga
- Starts on: 2013-01-14
- Ends on: 2013-12-20
- Budget in EUR: 85000.00
- Indicator: Firms that came
- Unit: firms
- Baseline: 4
- Target: 40

One price list.

- for all

### Action 3: Later
<!-- action 3, 0 characters -->
"""


def test_a_plan_is_written_down_in_exactly_these_bytes() -> None:
    assert canonical_text(CONTENT) == EXPECTED


def test_the_digest_is_the_sha_256_of_the_utf_8() -> None:
    assert digest_of(EXPECTED) == hashlib.sha256(EXPECTED.encode("utf-8")).hexdigest()
    assert digest_of(EXPECTED) == "38cadb99fe6da7d36003b509f13cd6fd5fcd74ef5f50d1df546b81b35cec8a0e"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_kind_of_line_ending_changes_nothing(newline: str) -> None:
    text = f"{newline}one{newline}two{newline}{newline}"
    assert normalised(text) == "one\ntwo"


def test_what_utf_8_or_a_database_refuses_is_replaced() -> None:
    assert normalised("a\x00b\ud800c😀") == "a\ufffdb\ufffdc😀"


def test_a_partner_whose_name_reads_like_two_is_one() -> None:
    two, one = ((replace(PASS, partners=partners),) for partners in (("A", "B"), ("A; B",)))
    assert canonical_text(replace(CONTENT, actions=two)) != canonical_text(replace(CONTENT, actions=one))


def test_authors_are_not_part_of_it() -> None:
    assert canonical_text(replace(CONTENT, authors=())) == EXPECTED


def test_content_survives_being_stored_as_json() -> None:
    import json

    stored = json.loads(json.dumps(CONTENT.as_json()))
    assert PlanContent.from_json(stored) == CONTENT


@pytest.mark.parametrize(
    ("number", "text"),
    [("4", "4"), ("4.50", "4.5"), ("3E+2", "300"), ("-0.00", "0"), ("100", "100"), ("0.10", "0.1"), (None, "")],
)
def test_numbers_are_written_plainly(number: str | None, text: str) -> None:
    assert plain_number(None if number is None else Decimal(number)) == text


def test_money_has_two_decimals() -> None:
    assert [money(Decimal(85000)), money(Decimal("0.5")), money(None)] == ["85000.00", "0.50", ""]


@given(st.text(), st.text())
def test_a_text_cannot_pretend_to_be_two_sections(first: str, second: str) -> None:
    """Lengths are written down, so different contents never give the same text, whatever headings they imitate."""
    two = replace(CONTENT, sections=(SectionContent("a", "A", first), SectionContent("b", "B", second)))
    forged = f"{normalised(first)}\n\n## 2. B\n<!-- section b, {len(normalised(second))} characters -->\n\n{second}"
    one = replace(CONTENT, sections=(SectionContent("a", "A", forged),))
    assert canonical_text(one) != canonical_text(two)


@given(st.text())
def test_writing_down_twice_gives_the_same(text: str) -> None:
    content = replace(CONTENT, sections=(SectionContent("a", "A", text),))
    assert canonical_text(content) == canonical_text(content)
    assert normalised(normalised(text)) == normalised(text)
