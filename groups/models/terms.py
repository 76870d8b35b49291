"""What people are for a while: members of a group, holders of an office or a mandate, and out of the workspace."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from groups.enums import Entrance, NetworkOffice, Role
from groups.models.network import Region, WorkingGroup
from groups.models.people import Person

Term = TypeVar("Term", bound=models.Model)


class TermQuerySet(models.QuerySet[Term]):
    """Rows that hold from one moment to another; an open end means that they hold now."""

    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)


class MembershipQuerySet(TermQuerySet["Membership"]):
    def with_stable_ids(self) -> Self:
        """Each with its ``stable_id``: the id of the first membership that the person had in the group. It names them
        in addresses, which last through every change of the role."""
        same = Membership.objects.filter(
            person=models.OuterRef("person"), working_group=models.OuterRef("working_group")
        )
        return self.annotate(stable_id=models.Subquery(same.order_by("pk").values("pk")[:1]))


class Membership(models.Model):
    """A person's role in a working group over a stretch of time. Changing the role ends one row and opens another."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    working_group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entrance = models.CharField(max_length=20, choices=Entrance.choices, default=Entrance.ADDED)

    stable_id: int  # set by ``with_stable_ids``

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("working_group", "person", "started_at")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "working_group"), condition=Q(ended_at=None), name="one_current_role_in_a_group"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} in {self.working_group}: {self.role}"


class OfficeHolding(models.Model):
    """A person who holds an office for the whole network."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="offices")
    office = models.CharField(max_length=30, choices=NetworkOffice.choices)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = TermQuerySet["OfficeHolding"].as_manager()

    class Meta:
        ordering = ("person", "office", "started_at")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "office"), condition=Q(ended_at=None), name="one_current_holding_of_an_office"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.office}"


class Mandate(models.Model):
    """A person who may speak for a region: endorse a plan, reserve or object in its name."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    region = models.ForeignKey(Region, models.PROTECT, related_name="mandates")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = TermQuerySet["Mandate"].as_manager()

    class Meta:
        ordering = ("region", "started_at")
        constraints = (
            models.UniqueConstraint(
                fields=("region",), condition=Q(ended_at=None), name="one_current_mandate_for_a_region"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} for {self.region}"


class Closure(models.Model):
    """A time in which a person's account is closed."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="closures")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = TermQuerySet["Closure"].as_manager()

    class Meta:
        ordering = ("person", "started_at")

    def __str__(self) -> str:
        return f"{self.person}, closed"
