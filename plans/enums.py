"""The kinds of things a plan's text and events are, as other rooms name them, and how its text is rendered."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

DOCUMENT_KIND: Final = "plan"
"""The kind of ``collab`` document that holds a plan's text; its key is the working group's slug."""

FILE_KIND: Final = "plan"
"""The kind of upload that a plan's text shows; its key is the working group's slug, a slash and the upload's id."""

STREAM_KIND: Final = "plan"
"""The kind of ``live`` stream that tells of a plan's outline; its key is the working group's slug."""

CONSULTATION_NOTICE: Final = "plans.consultation"
"""The kind of notice by which mandate holders hear that their region is asked for its word."""

DEADLINE_NOTICE: Final = "plans.deadline"
"""The kind of notice by which those who have not spoken hear that the deadline is near."""

WORD_NOTICE: Final = "plans.region_spoke"
"""The kind of notice by which who leads the group hears what a region says."""

ASSIGNMENT_NOTICE: Final = "plans.section_assigned"
"""The kind of notice by which somebody hears that a section was given to them."""

TEXT_HEADINGS: Final = 3
"""The level of the first heading inside a section's text: the section's own heading is an h2."""


class ConsultationState(models.TextChoices):
    """Where a consultation stands, apart from its deadline."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed early")
    SUPERSEDED = "superseded", _("Followed by a newer version")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Step(models.TextChoices):
    """What can be done to a consultation."""

    OPENED = "opened", _("opened")
    DEADLINE = "deadline", _("deadline changed")
    CLOSED = "closed", _("closed early")
    REOPENED = "reopened", _("reopened")
    SUPERSEDED = "superseded", _("followed by a newer version")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Position(models.TextChoices):
    """What a region can say to a version."""

    ENDORSES = "endorses", _("Endorses")
    RESERVES = "reserves", _("Endorses with a reservation")
    OBJECTS = "objects", _("Objects")
