"""The closed sets of values that the visits' rows take."""

from enum import IntEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class VisitState(models.TextChoices):
    """Where a visit stands. Nobody sets it: it follows from its days and from whether its story is published."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    HELD = "held", _("Held")
    PUBLISHED = "published", _("Published")


class Evidence(models.TextChoices):
    """How strong the evidence of a lesson is. It follows from who saw it and whether it was measured."""

    ONE = "one", _("Seen by one")
    SEVERAL = "several", _("Seen by several")
    MEASURED = "measured", _("Measured")


class Transfer(models.TextChoices):
    """Whether those who saw a practice think that it would work at home, in plain words."""

    UNKNOWN = "", _("Not judged yet")
    AS_IS = "as_is", _("Would work at home as it is")
    ADAPTED = "adapted", _("Would work at home with changes")
    HARD = "hard", _("Hardly works elsewhere")


class StoryState(models.TextChoices):
    """Where a story's draft stands. What the public reads is another thing: see PublishedStory."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")


class Step(models.TextChoices):
    """What happened to a story, as its trace tells it."""

    REVIEW_ASKED = "review_asked", _("Review asked for")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("story", "Withdrawn")


class Heading(IntEnum):
    """The level of the first headings inside a text, below those of the page that shows it."""

    STORY = 2
    OBJECTIVES = 3
    LOG = 4
