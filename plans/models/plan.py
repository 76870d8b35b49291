"""The plan of a working group, and how its parts are seen."""

from typing import Self, TypeVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from groups.models import WorkingGroup
from groups.standing import Standing


class StrategicPlanQuerySet(models.QuerySet["StrategicPlan"]):
    def visible_to(self, standing: Standing) -> Self:
        """The plans whose drafts this person may read."""
        return self if standing.reads_all_groups else self.filter(working_group__in=standing.roles)


class StrategicPlan(models.Model):
    """The one plan of a working group's sector. Its text lives in the ``collab`` document ``plan/<group slug>``."""

    working_group = models.OneToOneField(WorkingGroup, models.PROTECT, related_name="plan")
    started_at = models.DateTimeField(default=timezone.now)

    objects = StrategicPlanQuerySet.as_manager()

    class Meta:
        ordering = ("working_group",)

    def __str__(self) -> str:
        return f"Strategic plan: {self.working_group}"

    def get_absolute_url(self) -> str:
        return reverse("plans:workroom", args=[self.slug])

    @property
    def slug(self) -> str:
        """The group's slug, which names the plan's document and its stream."""
        return self.working_group.slug


Part = TypeVar("Part", bound=models.Model)


class PartQuerySet(models.QuerySet[Part]):
    """Rows that belong to a plan through ``plan`` and are seen by who reads its drafts."""

    def visible_to(self, standing: Standing) -> Self:
        return self if standing.reads_all_groups else self.filter(plan__working_group__in=standing.roles)


class RemovablePartQuerySet(PartQuerySet[Part]):
    """Parts that are taken out by a date rather than deleted, so that they can be put back."""

    def present(self) -> Self:
        return self.filter(removed_at__isnull=True)
