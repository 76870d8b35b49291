"""What changed between two frozen versions of a plan, part by part and word by word."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from markup.differences import Segment, word_differences
from plans.domain.canonical import ActionContent, PlanContent, SectionContent

CONTEXT: Final = 160
"""About how many characters of unchanged text are shown on either side of a change."""
SECONDS: Final = 0.3
"""How long the words of one text may be compared; a plan has dozens of them."""

_DAYS: Final = frozenset({"starts_on", "ends_on"})
_NUMBERS: Final = frozenset({"budget", "baseline", "target"})

Change = Literal["added", "removed", "changed"]

_FACTS: Final[dict[str, Promise]] = {
    "lead": _("lead"),
    "partners": _("partners"),
    "starts_on": _("starts on"),
    "ends_on": _("ends on"),
    "budget": _("budget in EUR"),
    "indicator": _("indicator"),
    "unit": _("unit"),
    "baseline": _("baseline"),
    "target": _("target"),
}


@dataclass(frozen=True, slots=True)
class FactDifference:
    """One fact of an action in the old and in the new version, in the reader's language; "" where it is not known."""

    label: Promise
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PartDifference:
    """A section (``number`` is its place in the new version, 0 where it is gone) or an action that is not the same.

    ``name`` and ``text`` are segments of the heading or title and of the text; none where these are the same.
    """

    sort: Literal["section", "action"]
    change: Change
    number: int
    title: str
    name: tuple[Segment, ...]
    text: tuple[Segment, ...]
    facts: tuple[FactDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """``is_reordered``: the sections that both have stand in another order."""

    parts: tuple[PartDifference, ...]
    is_reordered: bool


def differences_between(old: PlanContent, new: PlanContent) -> PlanDifference:
    """What a reader of the old version has to read: sections in the new order, then what is gone, then actions."""
    kept = {section.id for section in old.sections} & {section.id for section in new.sections}
    order = [[section.id for section in content.sections if section.id in kept] for content in (old, new)]
    return PlanDifference((*_sections(old, new), *_actions(old, new)), order[0] != order[1])


def _sections(old: PlanContent, new: PlanContent) -> Iterator[PartDifference]:
    before = {section.id: section for section in old.sections}
    for place, section in enumerate(new.sections, start=1):
        earlier = before.pop(section.id, None)
        if earlier != section:
            yield _section(earlier, section, place)
    for section in before.values():
        yield _section(section, None, 0)


def _section(old: SectionContent | None, new: SectionContent | None, place: int) -> PartDifference:
    shown = new or old
    assert shown is not None
    return PartDifference(
        sort="section",
        change=_change(old, new),
        number=place,
        title=shown.heading,
        name=_words(old.heading, new.heading) if old and new else (),
        text=_words(old.text if old else "", new.text if new else ""),
    )


def _actions(old: PlanContent, new: PlanContent) -> Iterator[PartDifference]:
    before = {action.number: action for action in old.actions}
    after = {action.number: action for action in new.actions}
    for number in sorted(before.keys() | after.keys()):
        if before.get(number) != after.get(number):
            yield _action(before.get(number), after.get(number))


def _action(old: ActionContent | None, new: ActionContent | None) -> PartDifference:
    shown = new or old
    assert shown is not None
    facts = (FactDifference(label, _fact(old, name), _fact(new, name)) for name, label in _FACTS.items())
    return PartDifference(
        sort="action",
        change=_change(old, new),
        number=shown.number,
        title=shown.title,
        name=_words(old.title, new.title) if old and new else (),
        text=_words(old.description if old else "", new.description if new else ""),
        facts=tuple(fact for fact in facts if fact.old != fact.new),
    )


def _change(old: object, new: object) -> Change:
    if old is None:
        return "added"
    return "removed" if new is None else "changed"


def _fact(action: ActionContent | None, name: str) -> str:
    value = getattr(action, name) if action is not None else ""
    if name == "partners":
        return "; ".join(value)
    if value and name in _DAYS:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    if value and name in _NUMBERS:
        return number_format(Decimal(value), use_l10n=True, force_grouping=True)
    return str(value)


def _words(old: str, new: str) -> tuple[Segment, ...]:
    return () if old == new else word_differences(old, new, context=CONTEXT, seconds=SECONDS)
