"""A visit's log, with its photos."""

import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from groups.models import Person
from groups.standing import Standing
from visits.models.lengths import LINE_LENGTH, TEASER_LENGTH
from visits.models.once import SentOnce
from visits.models.visit import StudyVisit


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def visible_to(self, standing: Standing) -> Self:
        """The entries of the visits whose log this person reads; deleted ones too, whose text no page shows."""
        if standing.reads_all_groups:
            return self
        return self.filter(visit__in=StudyVisit.objects.visible_to(standing))


class LogEntry(SentOnce):
    """What somebody saw, when and where."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="entries")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(_("seen at"))
    place = models.CharField(_("place"), max_length=LINE_LENGTH, blank=True)
    source = models.TextField(_("what I saw"), blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        ordering = ("seen_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("visit", "author", "idempotency_key"), name="one_log_entry_per_key"),
        )

    def __str__(self) -> str:
        return f"{self.author}: {self.seen_at:%Y-%m-%d %H:%M}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class WaitingPhotoQuerySet(models.QuerySet["WaitingPhoto"]):
    def visible_to(self, standing: Standing) -> Self:
        """The person's own, of the visits whose log they read."""
        own = self.filter(author_id=standing.person_id)
        if standing.reads_all_groups:
            return own
        return own.filter(visit__working_group_id__in=list(standing.roles))


class WaitingPhoto(SentOnce):
    """A photo that its author has sent before the entry that it is for. It becomes a LogPhoto under the same key."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="waiting_photos")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = WaitingPhotoQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("visit", "author", "idempotency_key"), name="one_waiting_photo_per_key"),
        )

    def __str__(self) -> str:
        return str(self.key)


class LogPhoto(models.Model):
    """A photo of a log entry. Its file is kept under ``key``, so that each photo's readers are asked for alone."""

    entry = models.ForeignKey(LogEntry, models.CASCADE, related_name="photos")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    description = models.CharField(_("what the photo shows"), max_length=TEASER_LENGTH, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.description or str(self.key)
