"""The events by which open pages and programs learn of a change, in the transaction that makes it."""

from live.domain import Event, publish
from plans import events
from plans.enums import STREAM_KIND
from plans.models import Action, Consultation, Endorsement, Section, StrategicPlan, Version


def announce_section(name: str, plan: StrategicPlan, section: Section) -> None:
    """A section that was added, renamed or put back."""
    outline = events.SectionOutline(
        id=section.id,
        heading=section.heading,
        guidance=section.guidance,
        position=section.position,
        locked=section.is_locked,
    )
    publish(Event(_stream_of(plan), name, dict(outline)))


def announce_section_state(name: str, plan: StrategicPlan, section: Section) -> None:
    """A section that was locked, unlocked or taken out."""
    publish(Event(_stream_of(plan), name, dict(events.SectionNamed(id=section.id))))


def announce_assignee(plan: StrategicPlan, section: Section) -> None:
    assigned = events.SectionAssigned(
        id=section.id, person=section.assignee_id, name=section.assignee.name if section.assignee else ""
    )
    publish(Event(_stream_of(plan), events.SECTION_ASSIGNED, dict(assigned)))


def announce_order(plan: StrategicPlan, section: Section, order: list[str]) -> None:
    """A section that was moved, and the order in which all present ones stand since."""
    publish(Event(_stream_of(plan), events.SECTION_MOVED, dict(events.SectionMoved(id=section.id, order=order))))


def announce_action(name: str, plan: StrategicPlan, action: Action) -> None:
    line = events.ActionLine(number=action.number, edition=action.edition, title=action.title)
    publish(Event(_stream_of(plan), name, dict(line)))


def announce_version(name: str, plan: StrategicPlan, version: Version) -> None:
    line = events.VersionLine(number=version.number, name=version.name, digest=version.digest)
    publish(Event(_stream_of(plan), name, dict(line)))


def announce_consultation(name: str, plan: StrategicPlan, consultation: Consultation) -> None:
    line = events.ConsultationLine(
        number=consultation.version.number,
        digest=consultation.digest,
        state=consultation.state,
        deadline=consultation.deadline.isoformat(),
    )
    publish(Event(_stream_of(plan), name, dict(line)))


def announce_word(plan: StrategicPlan, word: Endorsement) -> None:
    line = events.WordLine(
        number=word.consultation.version.number, region=word.region.code, position=word.position, digest=word.digest
    )
    publish(Event(_stream_of(plan), events.REGION_SPOKE, dict(line)))


def _stream_of(plan: StrategicPlan) -> str:
    return f"{STREAM_KIND}:{plan.slug}"
