"""What organisations offer to each other, and what they need."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.enums import OfferKind
from groups.models.network import Organisation, WorkingGroup
from groups.models.people import Person


class OfferQuerySet(models.QuerySet["Offer"]):
    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)


class Offer(models.Model):
    """One thing that an organisation offers or needs, in the sectors of these working groups."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offers")
    kind = models.CharField(_("kind"), max_length=10, choices=OfferKind.choices)
    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    sectors = models.ManyToManyField(WorkingGroup, related_name="offers", blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ("organisation", "kind", "title", "pk")

    def __str__(self) -> str:
        return self.title
