"""What the forum's notices say."""

from django.utils.translation import gettext as _

from notices.kinds import Told


def mention(told: Told) -> str:
    return _("%(name)s mentioned you in “%(topic)s”") % {"name": told.actor, "topic": told.facts["topic"]}


def region_mention(told: Told) -> str:
    words = {"name": told.actor, "region": told.facts["region"], "topic": told.facts["topic"]}
    return _("%(name)s mentioned %(region)s in “%(topic)s”") % words


def reply(told: Told) -> str:
    return _("%(name)s answered you in “%(topic)s”") % {"name": told.actor, "topic": told.facts["topic"]}
