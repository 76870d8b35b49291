"""Who wrote which words of a plan, and what was written when."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from collab.queries import moments_of, sessions_of, texts_at, written_in
from groups.models import Person, Region
from groups.queries import PersonCard, card_of
from markup.differences import Segment, word_differences
from plans.enums import DOCUMENT_KIND
from plans.models import Section, StrategicPlan
from plans.queries.plans import sections_of

COLOURS = 8
"""How many colours tell writers apart; the design tokens have as many."""
CONTEXT = 160
"""How many characters beside each change are shown of a text that is the same."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a section's text by one person; None wrote what the workspace did."""

    text: str
    writer: PersonCard | None
    colour: int


@dataclass(frozen=True, slots=True)
class WrittenSection:
    section: Section
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the text is one person's, or one region's: characters, and per cent of all."""

    writer: PersonCard | None
    region: Region | None
    colour: int
    characters: int
    percent: float


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """Who wrote what of the present sections; shares by person, most first, and by region, north to south."""

    sections: tuple[WrittenSection, ...]
    by_person: tuple[Share, ...]
    by_region: tuple[Share, ...]


def written_plan(plan: StrategicPlan) -> WrittenPlan:
    """Who wrote each stretch of the plan's committed text: a fixed number of queries."""
    written = written_in(DOCUMENT_KIND, plan.slug)
    sections = list(sections_of(plan))
    spans = {section.id: written.writers.get(section.id, []) for section in sections}
    characters: Counter[int | None] = Counter()
    for each in spans.values():
        for span in each:
            characters[span.person_id] += span.length
    people = _people(characters)
    cards = {pk: card_of(person) for pk, person in people.items()}
    runs = {
        section.id: tuple(
            Run(
                written.texts[section.id][span.start : span.start + span.length],
                cards.get(span.person_id or 0),
                (span.person_id or 0) % COLOURS,
            )
            for span in spans[section.id]
        )
        for section in sections
    }
    total = sum(characters.values()) or 1
    by_region: Counter[Region | None] = Counter()
    for pk, count in characters.items():
        organisation = people[pk].organisation if pk in people else None
        by_region[organisation.region if organisation else None] += count
    known = sorted((region for region in by_region if region), key=lambda region: (region.position, region.code))
    order: list[Region | None] = [*known, *([None] if None in by_region else [])]
    return WrittenPlan(
        sections=tuple(WrittenSection(section, runs[section.id]) for section in sections),
        by_person=tuple(
            Share(cards.get(pk or 0), None, (pk or 0) % COLOURS, count, 100 * count / total)
            for pk, count in characters.most_common()
        ),
        by_region=tuple(Share(None, region, 0, by_region[region], 100 * by_region[region] / total) for region in order),
    )


@dataclass(frozen=True, slots=True)
class WritingSession:
    """A stretch of one person's writing: between which numbers of the log and when, and the headings it changed."""

    writer: PersonCard | None
    before: int
    last: int
    started_at: datetime
    ended_at: datetime
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A stretch of the plan's history, the latest first; ``earlier`` is the number to go on from, if there is more."""

    sessions: tuple[WritingSession, ...]
    earlier: int | None
    head: int


def history_of(plan: StrategicPlan, *, before: int | None = None) -> History:
    """What was written up to the change of this number: a fixed number of queries."""
    found = sessions_of(DOCUMENT_KIND, plan.slug, before=before)
    cards = {pk: card_of(person) for pk, person in _people(each.person_id for each in found.sessions).items()}
    headings = dict(Section.objects.filter(plan=plan).values_list("pk", "heading"))
    return History(
        sessions=tuple(
            WritingSession(
                writer=cards.get(session.person_id or 0),
                before=session.first - 1,
                last=session.last,
                started_at=session.started_at,
                ended_at=session.ended_at,
                headings=tuple(heading for pk, heading in headings.items() if pk in session.names),
            )
            for session in found.sessions
        ),
        earlier=found.before,
        head=found.head,
    )


@dataclass(frozen=True, slots=True)
class ChangedSection:
    """A section whose text is another at two points, and what differs."""

    section: Section
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two points of the plan's text, by their numbers and times (None: before anything was written), and the sections
    that differ, those taken out too."""

    old: int
    new: int
    old_at: datetime | None
    new_at: datetime | None
    sections: tuple[ChangedSection, ...]


def comparison_of(plan: StrategicPlan, *, old: int, new: int) -> Comparison:
    """What differs between two points of the plan's text, word by word."""
    before, after = (texts_at(DOCUMENT_KIND, plan.slug, number) for number in (old, new))
    sections = Section.objects.filter(plan=plan).select_related("plan__working_group")
    changed = [
        ChangedSection(section, word_differences(earlier, later, context=CONTEXT))
        for section in sections
        if (earlier := before.texts.get(section.id, "")) != (later := after.texts.get(section.id, ""))
    ]
    moments = moments_of(DOCUMENT_KIND, plan.slug, [before.number, after.number])
    return Comparison(
        old=before.number,
        new=after.number,
        old_at=moments.get(before.number),
        new_at=moments.get(after.number),
        sections=tuple(changed),
    )


def _people(ids: Iterable[int | None]) -> dict[int, Person]:
    wanted = {pk for pk in ids if pk is not None}
    return {person.pk: person for person in Person.objects.filter(pk__in=wanted).select_related("organisation__region")}
