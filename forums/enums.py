"""The closed sets of values of the forum's rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReactionKind(models.TextChoices):
    """What one says to a post without a post of one's own."""

    AGREE = "agree", _("I agree")
    THANKS = "thanks", _("Thank you")
    SAME_HERE = "same_here", _("Same with us")
    NEW_TO_ME = "new_to_me", _("New to me")
    DOUBT = "doubt", _("I doubt it")


class TopicStep(models.TextChoices):
    """What was done to a topic as a whole."""

    PINNED = "pinned", _("pinned")
    UNPINNED = "unpinned", _("no longer pinned")
    RESOLVED = "resolved", _("resolved")
    REOPENED = "reopened", _("open again")
    LOCKED = "locked", _("locked")
    UNLOCKED = "unlocked", _("unlocked")
    OPENED_TO_READ = "opened_to_read", _("opened to the network, to read")
    OPENED_TO_REPLY = "opened_to_reply", _("opened to the network, to read and reply")
    KEPT_TO_GROUP = "kept_to_group", _("left to the group again")


class Opening(models.TextChoices):
    """To whom a topic is open: to its group alone, or to everybody in the network who is signed in."""

    GROUP = "group", _("The group alone")
    READ = "read", _("Everybody in the network may read")
    REPLY = "reply", _("Everybody in the network may read and reply")


class TopicFilter(models.TextChoices):
    """Which topics a list shows."""

    ALL = "all", pgettext_lazy("topics", "All")
    UNREAD = "unread", _("With new posts")
    UNRESOLVED = "unresolved", _("Unresolved")
