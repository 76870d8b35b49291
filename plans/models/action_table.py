"""The actions of a plan."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.models import Organisation, Person
from plans.models.plan import RemovablePartQuerySet, StrategicPlan
from plans.validators import storable


class Action(models.Model):
    """Something that leads to the meta-cluster: who does it with whom, when, for how much, and how it is measured.

    ``number`` counts within the plan and is never given twice; ``edition`` goes up with each change. ``sent_digest`` is
    that of who sent the action under which idempotency key with what in it: the same again is no second action.
    """

    plan = models.ForeignKey(StrategicPlan, models.PROTECT, related_name="actions")
    number = models.PositiveIntegerField(editable=False)
    edition = models.PositiveIntegerField(default=1, editable=False)
    title = models.CharField(_("title"), max_length=200, validators=[storable])
    description = models.TextField(
        _("description"), blank=True, max_length=10_000, validators=[storable, MaxLengthValidator(10_000)]
    )
    lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="led_actions", verbose_name=_("lead")
    )
    partners = models.ManyToManyField(
        Organisation, blank=True, related_name="partnered_actions", verbose_name=_("partners")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    budget = models.DecimalField(
        _("budget in EUR"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    indicator = models.CharField(_("indicator"), max_length=200, blank=True, validators=[storable])
    unit = models.CharField(_("unit"), max_length=50, blank=True, validators=[storable])
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2, null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    sent_digest = models.CharField(max_length=64, null=True, editable=False)

    objects = RemovablePartQuerySet["Action"].as_manager()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="an_action_has_its_own_number"),
            models.UniqueConstraint(fields=("plan", "sent_digest"), name="an_action_is_sent_once"),
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gte=0), name="a_budget_is_not_negative"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:action", args=[self.plan.slug, self.number])

    def clean(self) -> None:
        # After a field's own error the attribute may still hold what was typed.
        if isinstance(self.starts_on, date) and isinstance(self.ends_on, date) and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": gettext("An action cannot end before it starts.")})
