"""The frozen versions of a plan."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Person
from plans.models.plan import PartQuerySet, StrategicPlan
from plans.validators import storable


class VersionQuerySet(PartQuerySet["Version"]):
    def published(self) -> Self:
        """The versions that the public reads now: at most one of a plan."""
        return self.filter(published_at__isnull=False, withdrawn_at__isnull=True)


class Version(models.Model):
    """The plan as it stood when it was frozen. Only its publication changes after that.

    ``content`` is what the pages show (plans.domain.canonical.PlanContent as JSON); ``canonical_text`` is derived
    from it as docs/canonical-text.md says, and ``digest`` is the SHA-256 of that text's UTF-8. ``sent_digest`` is that
    of who froze it under which idempotency key and name.
    """

    PUBLICATION: ClassVar = frozenset({"published_at", "published_by", "withdrawn_at", "withdrawn_by"})

    plan = models.ForeignKey(StrategicPlan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=120, validators=[storable])
    content = models.JSONField()
    canonical_text = models.TextField()
    digest = models.CharField(max_length=64)
    summary = models.CharField(max_length=400, blank=True)
    frozen_at = models.DateTimeField(default=timezone.now)
    frozen_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    sent_digest = models.CharField(max_length=64, null=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="a_version_has_its_own_number"),
            models.UniqueConstraint(fields=("plan", "sent_digest"), name="a_version_is_sent_once"),
            models.UniqueConstraint(
                fields=("plan",),
                condition=Q(published_at__isnull=False, withdrawn_at=None),
                name="one_published_version_of_a_plan",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or ["all"]) <= self.PUBLICATION:
            raise TypeError("A frozen version does not change; only its publication does.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("plans:version", args=[self.plan.slug, self.number])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.withdrawn_at is None

    @property
    def short_digest(self) -> str:
        return self.digest[:12]
