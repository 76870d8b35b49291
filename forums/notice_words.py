"""What the forum's notices say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.kinds import Sort, Told

MENTIONS = Sort("mentions", gettext_lazy("Somebody mentions me or my region"))
ANSWERS = Sort("answers", gettext_lazy("Somebody answers me in a forum"))


def mention(told: Told) -> str:
    return _("%(name)s mentioned you in “%(topic)s”") % {"name": told.actor, "topic": told.facts["topic"]}


def region_mention(told: Told) -> str:
    words = {"name": told.actor, "region": told.facts["region"], "topic": told.facts["topic"]}
    return _("%(name)s mentioned %(region)s in “%(topic)s”") % words


def reply(told: Told) -> str:
    return _("%(name)s answered you in “%(topic)s”") % {"name": told.actor, "topic": told.facts["topic"]}
