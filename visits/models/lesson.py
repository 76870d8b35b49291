"""What a visit taught."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Person
from groups.standing import Standing
from visits.enums import Evidence, Transfer
from visits.models.lengths import LINE_LENGTH
from visits.models.once import SentOnce
from visits.models.visit import StudyVisit


class LessonQuerySet(models.QuerySet["Lesson"]):
    def visible_to(self, standing: Standing) -> Self:
        """The lessons of the visits whose log this person reads."""
        lessons = self.filter(deleted_at=None)
        if standing.reads_all_groups:
            return lessons
        return lessons.filter(visit__in=StudyVisit.objects.visible_to(standing))


class Lesson(SentOnce):
    """What a visit taught: the practice that was observed, and how it could be taken home."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="lessons")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    title = models.CharField(_("lesson"), max_length=LINE_LENGTH)
    observed_practice = models.TextField(_("what they do there"))
    text = models.TextField(_("what we learn from it"), blank=True)
    transferability = models.TextField(_("how it could be transferred"), blank=True)
    transfer = models.CharField(_("works at home"), max_length=10, choices=Transfer.choices, blank=True)
    seen_by = models.ManyToManyField(Person, related_name="+")
    figures_source = models.CharField(_("where the figures are from"), max_length=LINE_LENGTH, blank=True)
    evidence = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.ONE)
    is_public = models.BooleanField(_("show it with the published story"), default=False)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("visit", "author", "idempotency_key"), name="one_lesson_per_key"),
        )

    def __str__(self) -> str:
        return self.title


class LessonRevision(models.Model):
    """A lesson's words as they were before somebody changed them: ``number`` is the revision that they were."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    title = models.CharField(max_length=LINE_LENGTH)
    observed_practice = models.TextField()
    text = models.TextField()
    transferability = models.TextField()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("lesson", "number"), name="one_lesson_revision_per_number"),)

    def __str__(self) -> str:
        return self.title
