"""What a visit taught."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Person
from groups.repeats import digest_of
from groups.standing import standing_of
from live.domain import publish
from visits import events
from visits.domain.once import key_or_none, made_before
from visits.domain.visit_lock import held, standing_and_attendance
from visits.domain.wording import Faults, rendered, unchanged_since
from visits.enums import Evidence, Heading, Transfer
from visits.models import LINE_LENGTH, Lesson, LessonRevision, StudyVisit
from visits.policies import may_delete_lesson, may_edit_lesson, may_write_lesson

LESSON_LENGTH = 20_000


@dataclass(frozen=True, kw_only=True)
class LessonText:
    """A lesson's words; those of the practice, the text and the transferability are Markdown.

    ``transfer`` is a value of enums.Transfer. ``seen_by`` are the ids of those who saw it, who attend the visit; nobody
    means its author. ``figures_source`` says where figures are from that measure it. ``is_public`` shows it with the
    published story.
    """

    title: str
    observed_practice: str
    text: str = ""
    transferability: str = ""
    transfer: str = ""
    seen_by: tuple[int, ...] = ()
    figures_source: str = ""
    is_public: bool = False


@transaction.atomic
def write_lesson(*, visit: StudyVisit, by: Person, lesson: LessonText, idempotency_key: str = "") -> Lesson:
    """A new lesson; the same author, key and words again give the lesson of the first call.

    Raises PermissionDenied for who neither attends nor leads, ValidationError by field of LessonText and
    ``idempotency_key``, once.KeyUsedTwice where the key came before with other words.
    """
    visit = held(visit)
    standing, attends = standing_and_attendance(visit, by)
    if not may_write_lesson(standing, visit, attends=attends):
        raise PermissionDenied(_("Lessons are written by members who take part in the visit."))
    key, checked = key_or_none(idempotency_key), _checked(lesson)
    digest = digest_of(*(str(value) for value in astuple(checked)))
    earlier = made_before(Lesson.objects.filter(visit=visit, author=by), key, digest)
    if earlier is not None:
        return earlier
    written = Lesson(visit=visit, author=by, idempotency_key=key, sent_digest=digest)
    _take_over(written, checked, _witnesses(written, checked))
    publish(events.lesson_changed(visit.pk, written.pk))
    return written


@transaction.atomic
def edit_lesson(*, lesson: Lesson, by: Person, text: LessonText, expected_revision: int | None = None) -> Lesson:
    """Changes the lesson; its words as they were stay to be seen in its history.

    Raises PermissionDenied, ValidationError (by field of LessonText; without one where somebody saved since).
    """
    visit = held(lesson.visit)
    lesson = Lesson.objects.get(pk=lesson.pk)
    if not may_edit_lesson(standing_of(by), visit, lesson):
        raise PermissionDenied(_("A lesson is edited by its author and by the group's coordinator and deputies."))
    unchanged_since(lesson.revision, expected_revision)
    checked = _checked(text)
    LessonRevision.objects.create(
        lesson=lesson,
        number=lesson.revision,
        written_by=lesson.edited_by or lesson.author,
        written_at=lesson.edited_at or lesson.created_at,
        title=lesson.title,
        observed_practice=lesson.observed_practice,
        text=lesson.text,
        transferability=lesson.transferability,
    )
    lesson.revision += 1
    lesson.edited_at, lesson.edited_by = timezone.now(), by
    _take_over(lesson, checked, _witnesses(lesson, checked))
    publish(events.lesson_changed(visit.pk, lesson.pk))
    return lesson


@transaction.atomic
def delete_lesson(*, lesson: Lesson, by: Person) -> None:
    """Takes the lesson off the visit's pages; a story published before keeps it. Raises PermissionDenied."""
    visit = held(lesson.visit)
    lesson = Lesson.objects.get(pk=lesson.pk)
    if lesson.deleted_at is not None:
        return
    if not may_delete_lesson(standing_of(by), visit, lesson):
        raise PermissionDenied(_("A lesson is deleted by its author and by those who moderate the group."))
    Lesson.objects.filter(pk=lesson.pk).update(deleted_at=timezone.now(), deleted_by=by)
    publish(events.lesson_changed(visit.pk, lesson.pk))


def _evidence(text: LessonText, witnesses: Sequence[Person]) -> Evidence:
    if text.figures_source:
        return Evidence.MEASURED
    return Evidence.SEVERAL if len(witnesses) > 1 else Evidence.ONE


def _checked(lesson: LessonText) -> LessonText:
    faults = Faults()
    title = faults.line(lesson.title, field="title", max_length=LINE_LENGTH)
    practice = faults.text(lesson.observed_practice, field="observed_practice", max_length=LESSON_LENGTH, required=True)
    text = faults.text(lesson.text, field="text", max_length=LESSON_LENGTH)
    transferability = faults.text(lesson.transferability, field="transferability", max_length=LESSON_LENGTH)
    source = faults.line(lesson.figures_source, field="figures_source", max_length=LINE_LENGTH, required=False)
    if lesson.transfer not in Transfer.values:
        faults.add("transfer", _("Choose one of the answers."))
    faults.refuse()
    return replace(
        lesson,
        title=title,
        observed_practice=practice,
        text=text,
        transferability=transferability,
        seen_by=tuple(sorted(set(lesson.seen_by))),
        figures_source=source,
    )


def _witnesses(lesson: Lesson, text: LessonText) -> list[Person]:
    """Those who saw it; ValidationError (``seen_by``) for somebody who neither attends nor stood there before."""
    if not text.seen_by:
        return [lesson.author]
    known = Q(attended_visits__visit=lesson.visit) | Q(pk=lesson.author_id)
    if lesson.pk is not None:
        known |= Q(pk__in=lesson.seen_by.values("pk"))
    found = list(Person.objects.filter(known, pk__in=text.seen_by).distinct())
    if len(found) < len(text.seen_by):
        raise ValidationError({"seen_by": _("Only who takes part in the visit can have seen it.")})
    return found


def _take_over(lesson: Lesson, text: LessonText, witnesses: Sequence[Person]) -> None:
    lesson.title = text.title
    lesson.observed_practice = text.observed_practice
    lesson.text = text.text
    lesson.transferability = text.transferability
    lesson.transfer = text.transfer
    lesson.figures_source = text.figures_source
    lesson.evidence = _evidence(text, witnesses)
    lesson.is_public = text.is_public
    lesson.save()
    lesson.seen_by.set(witnesses)
    rendered(text.observed_practice, text.text, text.transferability, heading=Heading.LOG)
