"""Consultations: a frozen version put to the regions, what each of them says to it, and what was done to the asking."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Organisation, Person, Region
from groups.standing import Standing
from plans.enums import ConsultationState, Position, Step
from plans.models.plan import StrategicPlan
from plans.models.versions import Version

WORD_LENGTH = 10_000
NOTE_LENGTH = 500


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, standing: Standing) -> Self:
        """Those of the plans whose drafts this person reads; for who speaks for a region, all others too that were
        not withdrawn."""
        if standing.reads_all_groups:
            return self
        seen = Q(plan__working_group__in=standing.roles)
        return self.filter(seen | ~Q(state=ConsultationState.WITHDRAWN)) if standing.mandates else self.filter(seen)

    def standing_ones(self) -> Self:
        """Those that were not withdrawn."""
        return self.exclude(state=ConsultationState.WITHDRAWN)


class Consultation(models.Model):
    """A frozen version on which each region is asked for its word, until ``deadline``.

    ``digest`` is the SHA-256 of the version's canonical text, to which every word is bound. At most one consultation of
    a plan is open; one whose deadline has passed is open still and takes no more words unless the deadline is moved.
    """

    plan = models.ForeignKey(StrategicPlan, models.PROTECT, related_name="consultations")
    version = models.OneToOneField(Version, models.PROTECT, related_name="consultation")
    digest = models.CharField(max_length=64)
    deadline = models.DateTimeField(_("deadline"))
    state = models.CharField(max_length=20, choices=ConsultationState.choices, default=ConsultationState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ("-version__number",)
        constraints = (
            models.UniqueConstraint(
                fields=("plan",), condition=Q(state=ConsultationState.OPEN), name="one_open_consultation_of_a_plan"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ConsultationState.values), name="a_consultation_has_a_known_state"
            ),
        )

    def __str__(self) -> str:
        return f"Consultation on {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("plans:consultation-on", args=[self.plan.slug, self.version.number])

    @property
    def takes_words(self) -> bool:
        return self.state == ConsultationState.OPEN and timezone.now() < self.deadline

    @property
    def is_past_deadline(self) -> bool:
        return timezone.now() >= self.deadline


class ConsultationStep(models.Model):
    """What somebody did to a consultation; ``deadline`` is the one that held from then on."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20, choices=Step.choices)
    deadline = models.DateTimeField()
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(step__in=Step.values), name="a_step_is_one_of_the_known"),
            models.UniqueConstraint(fields=("consultation",), condition=Q(step=Step.OPENED), name="opened_once"),
        )

    def __str__(self) -> str:
        return f"{self.consultation}: {self.step}"


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(consultation__in=Consultation.objects.visible_to(standing))

    def current(self) -> Self:
        """The last word of each region in each consultation."""
        return self.filter(replaced_at__isnull=True)


class Endorsement(models.Model):
    """What a region said to a version, by whoever spoke for it. A word is replaced by a later one, never changed.

    ``organisation`` is the speaker's at that moment; ``digest`` is the consultation's, of the text that was spoken on.
    """

    REPLACEMENT: ClassVar = frozenset({"replaced_at"})

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="endorsements")
    region = models.ForeignKey(Region, models.PROTECT, related_name="endorsements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="endorsements")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    position = models.CharField(_("position"), max_length=20, choices=Position.choices)
    text = models.TextField(_("text"), blank=True)
    digest = models.CharField(max_length=64)
    said_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        ordering = ("said_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("consultation", "region"), condition=Q(replaced_at=None), name="one_current_word_of_a_region"
            ),
            models.CheckConstraint(condition=Q(position__in=Position.values), name="a_position_is_one_of_three"),
            models.CheckConstraint(
                condition=Q(position=Position.ENDORSES, text="") | (~Q(position=Position.ENDORSES) & ~Q(text="")),
                name="a_reservation_and_an_objection_have_a_text",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region}: {self.position}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or ["all"]) <= self.REPLACEMENT:
            raise TypeError("A word does not change; another one replaces it.")
        super().save(*args, **kwargs)
