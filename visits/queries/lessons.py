"""What a visit taught, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from groups.models import Person
from groups.queries import PersonCard, card_of
from groups.standing import Standing
from visits.enums import Heading
from visits.models import Lesson, LessonRevision, StudyVisit
from visits.queries.log import html_of


def lesson_for(standing: Standing, pk: int) -> Lesson:
    """A lesson that was not deleted, with its visit; raises Lesson.DoesNotExist where it is not theirs to read."""
    return Lesson.objects.visible_to(standing).select_related("visit__working_group", "author", "edited_by").get(pk=pk)


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson as it is shown."""

    lesson: Lesson
    seen_by: tuple[PersonCard, ...]
    observed_practice: str
    text: str
    transferability: str


def lessons_of(visit: StudyVisit) -> list[LessonView]:
    """The visit's lessons in the order in which they were written, in a fixed number of queries."""
    lessons = list(
        Lesson.objects.filter(visit=visit, deleted_at=None)
        .select_related("author__organisation__region", "edited_by")
        .prefetch_related("seen_by__organisation__region")
    )
    html = html_of(
        (text for lesson in lessons for text in (lesson.observed_practice, lesson.text, lesson.transferability)),
        Heading.LOG,
    )
    return [
        LessonView(
            lesson=lesson,
            seen_by=tuple(card_of(person) for person in lesson.seen_by.all()),
            observed_practice=html[lesson.observed_practice],
            text=html[lesson.text],
            transferability=html[lesson.transferability],
        )
        for lesson in lessons
    ]


def possible_witnesses(visit: StudyVisit, lesson: Lesson | None = None) -> Sequence[Person]:
    """Who can have seen what a lesson tells: who takes part, its author, and who stood there before; by name."""
    known = Q(attended_visits__visit=visit)
    if lesson is not None:
        known |= Q(pk=lesson.author_id) | Q(pk__in=lesson.seen_by.values("pk"))
    return list(Person.objects.filter(known).distinct().select_related("organisation").order_by("name", "pk"))


Written = tuple[Lesson | LessonRevision, str, datetime]


@dataclass(frozen=True, slots=True)
class LessonVersion:
    """A lesson as it was from ``written_at`` on."""

    title: str
    written_by: str
    written_at: datetime
    observed_practice: str
    text: str
    transferability: str


def versions_of(lesson: Lesson) -> list[LessonVersion]:
    """The lesson as it is and as it was, the newest first, in a fixed number of queries."""
    now: Written = (lesson, (lesson.edited_by or lesson.author).name, lesson.edited_at or lesson.created_at)
    before: list[Written] = [
        (revision, revision.written_by.name, revision.written_at)
        for revision in lesson.revisions.select_related("written_by")
    ]
    versions = [now, *before]
    texts = [(version.observed_practice, version.text, version.transferability) for version, _name, _at in versions]
    html = html_of((text for parts in texts for text in parts), Heading.LOG)
    return [
        LessonVersion(
            title=version.title,
            written_by=name,
            written_at=at,
            observed_practice=html[version.observed_practice],
            text=html[version.text],
            transferability=html[version.transferability],
        )
        for version, name, at in versions
    ]
