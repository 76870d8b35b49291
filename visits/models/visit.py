"""A visit, its programme and who attends it."""

from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Organisation, Person, Region, WorkingGroup
from groups.standing import Standing
from visits.enums import VisitState
from visits.models.lengths import LINE_LENGTH
from visits.models.once import SentOnce


class StudyVisitQuerySet(models.QuerySet["StudyVisit"]):
    def visible_to(self, standing: Standing) -> Self:
        """The visits, with their logs, of the groups that this person reads, and those that were opened to the network.

        Published stories are read elsewhere.
        """
        if standing.reads_all_groups:
            return self
        if not standing.is_signed_in:
            return self.none()
        return self.filter(Q(working_group_id__in=list(standing.roles)) | Q(opened_at__isnull=False))


class StudyVisit(SentOnce):
    """Members of a group travel to a region to see how a cluster there works. Days and hours are the place's own.

    ``opened_at`` is when its log was opened to all who are signed in, None while the group alone reads it.
    """

    working_group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="study_visits")
    title = models.CharField(_("title"), max_length=LINE_LENGTH)
    host_region = models.ForeignKey(Region, models.PROTECT, related_name="hosted_visits")
    host_organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="hosted_visits")
    place = models.CharField(_("place"), max_length=LINE_LENGTH)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    time_zone = models.CharField(_("time zone of the place"), max_length=64)
    objectives = models.TextField(_("objectives"), blank=True)
    revision = models.PositiveIntegerField(default=0)
    planned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_story = models.OneToOneField("PublishedStory", models.SET_NULL, null=True, related_name="current_of")

    objects = StudyVisitQuerySet.as_manager()

    class Meta:
        ordering = ("starts_on", "pk")
        indexes = (models.Index(fields=("working_group", "starts_on"), name="visits_by_first_day"),)
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="visit_ends_after_its_start"),
            models.UniqueConstraint(
                fields=("working_group", "planned_by", "idempotency_key"), name="one_visit_per_key"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        """The day that it is at the place now."""
        return timezone.now().astimezone(self.zone).date()

    @property
    def state(self) -> VisitState:
        if self.published_story_id is not None:
            return VisitState.PUBLISHED
        today = self.today
        if today < self.starts_on:
            return VisitState.PLANNED
        return VisitState.RUNNING if today <= self.ends_on else VisitState.HELD

    def local(self, moment: datetime) -> datetime:
        """The moment as clocks at the place show it."""
        return moment.astimezone(self.zone)


class ProgrammeItem(models.Model):
    """One line of a visit's programme, in the place's own time."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="programme")
    day = models.DateField(_("day"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"), null=True)
    title = models.CharField(_("what"), max_length=LINE_LENGTH)
    place = models.CharField(_("where"), max_length=LINE_LENGTH, blank=True)
    note = models.CharField(_("note"), max_length=LINE_LENGTH, blank=True)

    class Meta:
        ordering = ("day", "starts_at", "pk")

    def __str__(self) -> str:
        return self.title


class VisitParticipant(models.Model):
    """Somebody who attends the visit. Who left the group later still attended."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="attended_visits")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("since", "pk")
        constraints = (models.UniqueConstraint(fields=("visit", "person"), name="attends_a_visit_once"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.visit}"
