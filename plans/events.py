"""What the stream ``plan:<group slug>`` carries. The sets of events and of their fields are closed.

The text itself travels on /ws/docs; these events carry none of it. What an event says of a section, an action or a
version is that thing as it is after the event.
"""

from typing import Final, TypedDict


class SectionOutline(TypedDict):
    """A section without its text; ``position`` counts from 1."""

    id: str
    heading: str
    guidance: str
    position: int
    locked: bool


class SectionMoved(TypedDict):
    """``section.moved``: the ids of all present sections, first to last."""

    id: str
    order: list[str]


class SectionAssigned(TypedDict):
    """``section.assigned``: who sees to the section now; null and "" where nobody does."""

    id: str
    person: int | None
    name: str


class SectionNamed(TypedDict):
    """Which section was locked, unlocked or taken out."""

    id: str


class ActionLine(TypedDict):
    """Which action, at which edition; the rest is had from the API."""

    number: int
    edition: int
    title: str


class VersionLine(TypedDict):
    """Which version, and the SHA-256 of its canonical text."""

    number: int
    name: str
    digest: str


class ConsultationLine(TypedDict):
    """The consultation on which version, its ``state`` (plans.enums.ConsultationState) and deadline (ISO 8601)."""

    number: int
    digest: str
    state: str
    deadline: str


class WordLine(TypedDict):
    """Which region (its code) took which position (plans.enums.Position) on which version; the page has the text."""

    number: int
    region: str
    position: str
    digest: str


SECTION_ADDED: Final = "section.added"
SECTION_RENAMED: Final = "section.renamed"
SECTION_MOVED: Final = "section.moved"
SECTION_LOCKED: Final = "section.locked"
SECTION_UNLOCKED: Final = "section.unlocked"
SECTION_ASSIGNED: Final = "section.assigned"
SECTION_REMOVED: Final = "section.removed"
SECTION_RESTORED: Final = "section.restored"
ACTION_ADDED: Final = "action.added"
ACTION_CHANGED: Final = "action.changed"
ACTION_REMOVED: Final = "action.removed"
ACTION_RESTORED: Final = "action.restored"
VERSION_FROZEN: Final = "version.frozen"
VERSION_PUBLISHED: Final = "version.published"
VERSION_WITHDRAWN: Final = "version.withdrawn"
CONSULTATION_OPENED: Final = "consultation.opened"
CONSULTATION_CHANGED: Final = "consultation.changed"
REGION_SPOKE: Final = "region.spoke"

SCHEMAS: Final = {
    SECTION_ADDED: SectionOutline,
    SECTION_RENAMED: SectionOutline,
    SECTION_MOVED: SectionMoved,
    SECTION_LOCKED: SectionNamed,
    SECTION_UNLOCKED: SectionNamed,
    SECTION_ASSIGNED: SectionAssigned,
    SECTION_REMOVED: SectionNamed,
    SECTION_RESTORED: SectionOutline,
    ACTION_ADDED: ActionLine,
    ACTION_CHANGED: ActionLine,
    ACTION_REMOVED: ActionLine,
    ACTION_RESTORED: ActionLine,
    VERSION_FROZEN: VersionLine,
    VERSION_PUBLISHED: VersionLine,
    VERSION_WITHDRAWN: VersionLine,
    CONSULTATION_OPENED: ConsultationLine,
    CONSULTATION_CHANGED: ConsultationLine,
    REGION_SPOKE: WordLine,
}
