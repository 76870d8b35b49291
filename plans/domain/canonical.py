"""A plan's content at one moment, and the text of it that is hashed. docs/canonical-text.md describes the format.

Nothing here depends on a language, a clock or a database: the same content gives the same bytes, always.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self


@dataclass(frozen=True)
class SectionContent:
    id: str
    heading: str
    text: str


@dataclass(frozen=True)
class ActionContent:
    """An action; dates as YYYY-MM-DD, amounts as plain decimal numbers, "" where something is not known."""

    number: int
    title: str
    description: str
    lead: str
    partners: tuple[str, ...]
    starts_on: str
    ends_on: str
    budget: str
    indicator: str
    unit: str
    baseline: str
    target: str


@dataclass(frozen=True)
class AuthorContent:
    """An organisation whose people wrote the text, with its region's code ("" where it has none)."""

    organisation: str
    region: str


@dataclass(frozen=True)
class PlanContent:
    """Everything that a frozen version shows. ``authors``, who wrote most first, is not part of the canonical text."""

    group: str
    sections: tuple[SectionContent, ...]
    actions: tuple[ActionContent, ...]
    authors: tuple[AuthorContent, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(
            group=stored["group"],
            sections=tuple(SectionContent(**section) for section in stored["sections"]),
            actions=tuple(
                ActionContent(**{**action, "partners": tuple(action["partners"])}) for action in stored["actions"]
            ),
            authors=tuple(AuthorContent(**author) for author in stored["authors"]),
        )


def normalised(text: str) -> str:
    """Text with each line ending as one line feed, none at either end, and nothing that UTF-8 or a database refuses."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip("\n")


def one_line(text: str) -> str:
    """Normalised text on one line, each run of white space as one space."""
    return " ".join(normalised(text).split())


def plain_number(number: Decimal | None) -> str:
    """``1200.50`` as "1200.5", ``3E+2`` as "300", None as ""."""
    if number is None:
        return ""
    digits = f"{number:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits == "-0" else digits


def money(amount: Decimal | None) -> str:
    """An amount of EUR with its two decimals, None as ""."""
    return "" if amount is None else f"{amount:.2f}"


def canonical_text(content: PlanContent) -> str:
    """The text that is hashed: lines joined by line feeds, with one at the end."""
    return "\n".join(_lines(content)) + "\n"


def digest_of(text: str) -> str:
    """The SHA-256 of the text's UTF-8, in 64 hexadecimal digits: what ``sha256sum`` says of the downloaded file."""
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(content: PlanContent) -> Iterator[str]:
    yield f"# Strategic plan of the meta-cluster: {one_line(content.group)}"
    for place, section in enumerate(content.sections, start=1):
        yield ""
        yield f"## {place}. {one_line(section.heading)}"
        yield f"<!-- section {section.id}, {_length(section.text)} -->"
        yield from _body(section.text)
    yield ""
    yield "## Table of actions"
    yield f"<!-- {len(content.actions)} actions -->"
    for action in content.actions:
        yield ""
        yield f"### Action {action.number}: {one_line(action.title)}"
        yield f"<!-- action {action.number}, {_length(action.description)} -->"
        yield from (f"- {name}: {value}" for name, value in _facts(action))
        yield from _body(action.description)


def _facts(action: ActionContent) -> Iterable[tuple[str, str]]:
    facts = (
        ("Lead", one_line(action.lead)),
        *(("Partner", one_line(partner)) for partner in action.partners),
        ("Starts on", action.starts_on),
        ("Ends on", action.ends_on),
        ("Budget in EUR", action.budget),
        ("Indicator", one_line(action.indicator)),
        ("Unit", one_line(action.unit)),
        ("Baseline", action.baseline),
        ("Target", action.target),
    )
    return ((name, value) for name, value in facts if value)


def _length(text: str) -> str:
    return f"{len(normalised(text))} characters"


def _body(text: str) -> Iterator[str]:
    body = normalised(text)
    if body:
        yield ""
        yield body
