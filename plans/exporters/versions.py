"""A frozen version as people take it away or read it: its canonical text as a file, its content for a page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import slugify

from markup.domain import renderings_of
from plans.domain.canonical import ActionContent, AuthorContent, PlanContent
from plans.enums import TEXT_HEADINGS
from plans.models import Version
from plans.timeline import Stretch, Timeline, timeline_of

CONTENT_TYPES = {"md": "text/markdown; charset=utf-8", "txt": "text/plain; charset=utf-8"}


def canonical_file(version: Version, suffix: str) -> HttpResponse:
    """The canonical text, byte for byte what was hashed, under a name that says which; ``suffix`` is md or txt."""
    response = HttpResponse(version.canonical_text.encode(), content_type=CONTENT_TYPES[suffix])
    name = f"plan-{slugify(version.plan.slug)}-version-{version.number}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True, slots=True)
class SectionReading:
    place: int
    id: str
    heading: str
    html: SafeString | None


@dataclass(frozen=True, slots=True)
class ActionReading:
    """An action of a frozen version with its values as dates and numbers again."""

    content: ActionContent
    html: SafeString | None
    starts_on: date | None
    ends_on: date | None
    budget: Decimal | None
    baseline: Decimal | None
    target: Decimal | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A frozen version as its pages show it."""

    sections: tuple[SectionReading, ...]
    actions: tuple[ActionReading, ...]
    timeline: Timeline | None
    total_budget: Decimal
    authors: tuple[AuthorContent, ...]


def reading_of(version: Version) -> Reading:
    """The version's content, rendered: one query for all stored renderings, whatever their number."""
    content = PlanContent.from_json(version.content)
    sources = [section.text for section in content.sections] + [action.description for action in content.actions]
    renderings = renderings_of([source for source in sources if source], base_heading=TEXT_HEADINGS)

    def html(source: str) -> SafeString | None:
        return renderings[source].html if source else None

    actions = tuple(
        ActionReading(
            content=action,
            html=html(action.description),
            starts_on=date.fromisoformat(action.starts_on) if action.starts_on else None,
            ends_on=date.fromisoformat(action.ends_on) if action.ends_on else None,
            budget=_number(action.budget),
            baseline=_number(action.baseline),
            target=_number(action.target),
        )
        for action in content.actions
    )
    return Reading(
        sections=tuple(
            SectionReading(place, section.id, section.heading, html(section.text))
            for place, section in enumerate(content.sections, start=1)
        ),
        actions=actions,
        timeline=timeline_of(
            (Stretch(each.content.number, each.content.title, each.starts_on, each.ends_on) for each in actions),
            timezone.localdate(),
        ),
        total_budget=sum((action.budget for action in actions if action.budget is not None), Decimal(0)),
        authors=content.authors,
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
