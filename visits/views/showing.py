"""A visit's log and lessons with what the one who looks at them may do."""

from dataclasses import dataclass

from groups.standing import Standing
from visits.models import StudyVisit
from visits.policies import (
    may_delete_entry,
    may_delete_lesson,
    may_edit_entry,
    may_edit_lesson,
    may_join,
    may_log,
    may_moderate,
    may_open,
    may_plan,
    may_review,
    may_write_lesson,
)
from visits.queries.lessons import LessonView, lessons_of
from visits.queries.log import EntryView, entries_of
from visits.queries.visits import attends


@dataclass(frozen=True, slots=True)
class VisitRights:
    """What somebody may do on a visit's page."""

    plan: bool
    attends: bool
    join: bool
    log: bool
    write_lesson: bool
    moderate: bool
    open: bool
    review: bool


def rights_on(standing: Standing, visit: StudyVisit) -> VisitRights:
    there = attends(standing, visit)
    return VisitRights(
        plan=may_plan(standing, visit.working_group_id),
        attends=there,
        join=may_join(standing, visit) and not there,
        log=may_log(standing, visit, attends=there),
        write_lesson=may_write_lesson(standing, visit, attends=there),
        moderate=may_moderate(standing, visit),
        open=may_open(standing, visit),
        review=may_review(standing, visit),
    )


@dataclass(frozen=True, slots=True)
class ShownEntry(EntryView):
    """A log entry, and what may be done with it."""

    may_edit: bool
    may_delete: bool


def shown_entries(standing: Standing, visit: StudyVisit, *, pk: int | None = None) -> list[ShownEntry]:
    """The visit's log, or its one entry ``pk``."""
    return [
        ShownEntry(
            view.entry,
            view.html,
            view.photos,
            may_edit=may_edit_entry(standing, visit, view.entry),
            may_delete=may_delete_entry(standing, visit, view.entry),
        )
        for view in entries_of(visit, pk=pk)
    ]


@dataclass(frozen=True, slots=True)
class ShownLesson(LessonView):
    """A lesson, and what may be done with it."""

    may_edit: bool
    may_delete: bool


def shown_lessons(standing: Standing, visit: StudyVisit) -> list[ShownLesson]:
    return [
        ShownLesson(
            view.lesson,
            view.seen_by,
            view.observed_practice,
            view.text,
            view.transferability,
            may_edit=may_edit_lesson(standing, visit, view.lesson),
            may_delete=may_delete_lesson(standing, visit, view.lesson),
        )
        for view in lessons_of(visit)
    ]
