"""The sections of a plan's text."""

import secrets

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.models import Person
from plans.models.plan import RemovablePartQuerySet, StrategicPlan
from plans.validators import storable

ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for one another when read aloud."""


def new_section_id() -> str:
    """A section's stable id: eight random characters, the name of its text in the plan's document."""
    return "".join(secrets.choice(ID_LETTERS) for _place in range(8))


class Section(models.Model):
    """A part of the plan's text. Its id names its text in the document and is never given to another section.

    ``assignee`` is who sees to it that it gets written. ``sent_digest`` is that of who sent the section under which
    idempotency key with what in it.
    """

    id = models.CharField(primary_key=True, max_length=12, default=new_section_id, editable=False)
    plan = models.ForeignKey(StrategicPlan, models.PROTECT, related_name="sections")
    heading = models.CharField(_("heading"), max_length=200, validators=[storable])
    guidance = models.TextField(
        _("guidance"), blank=True, max_length=1000, validators=[storable, MaxLengthValidator(1000)]
    )
    position = models.PositiveIntegerField()
    is_locked = models.BooleanField(default=False)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, editable=False)
    sent_digest = models.CharField(max_length=64, null=True, editable=False)

    objects = RemovablePartQuerySet["Section"].as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=("plan", "sent_digest"), name="a_section_is_sent_once"),)

    def __str__(self) -> str:
        return self.heading

    @property
    def shown_guidance(self) -> str:
        """The guidance in the reader's language while it is the template's; a group's own stays as written."""
        return gettext(self.guidance) if self.guidance else ""
