"""What every page's frame needs."""

from functools import cache, partial
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest

from forums.queries import unread_posts_in
from groups.queries import GroupName, group_names_readable_by
from groups.standing import PUBLIC, Standing


def shell(request: HttpRequest) -> dict[str, Any]:
    """Who is asking and which groups their rail shows; asked of the database when the frame is
    drawn, in two queries.

    An error page may be drawn before the request got its standing; it is the public's then.
    """
    standing = cast(Standing, getattr(request, "standing", PUBLIC))
    return {
        "is_demo": settings.DEMO,
        "languages": tuple(settings.LANGUAGES),
        "standing": standing,
        "rail_groups": cache(partial(_rail_groups, standing)),
    }


class RailGroup(NamedTuple):
    """A group in the rail, with how many posts the person has not read in its forum."""

    working_group: GroupName
    unread: int


def _rail_groups(standing: Standing) -> tuple[RailGroup, ...]:
    if not standing.is_signed_in:
        return ()
    groups = group_names_readable_by(standing)
    unread = unread_posts_in(standing, [group.pk for group in groups])
    return tuple(RailGroup(group, unread.get(group.pk, 0)) for group in groups)
