"""The tags that every room's templates use. docs/design-language.md shows them at work."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, cast

from django import template
from django.conf import settings
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from groups.models import Person, Region, WorkingGroup
from groups.queries import PersonCard, card_of
from groups.standing import PUBLIC, Standing
from workspace.languages import catalogue_address as address_of_catalogue
from workspace.map import map_of
from workspace.modules import module_addresses as addresses_of_modules
from workspace.remembered import draw

register = template.Library()


@register.simple_tag(takes_context=True)
def remembered(context: Context, template: str, **values: Any) -> SafeString:
    """A part that is drawn once for these values (workspace/remembered.py): ``{% remembered "a/b.html" post=look
    gap_text=html %}``. Its template gets nothing else but the form token; a value ``gap_...`` it may print alone."""
    gaps: dict[str, Any] = {"csrf_token": context.get("csrf_token", "")}
    for name in [name for name in values if name.startswith("gap_")]:
        gaps[name] = values.pop(name)
    return draw(template, values, gaps)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite (frontend/icons.json names them)."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("vendor/icons/icons.svg"), name
    )


@register.simple_tag
def module_addresses() -> SafeString:
    """The data block that tells workspace/modules.js where each ``data-module`` is."""
    return json_script(addresses_of_modules(), "module-addresses")


@register.simple_tag
def catalogue_address(language: str) -> str:
    """Where the scripts' strings in this language are."""
    return address_of_catalogue(language)


@register.simple_tag
def money(amount: Decimal | int) -> str:
    """An amount in EUR, grouped as the reader's language does; cents only where there are any."""
    whole = amount == int(amount)
    return gettext("EUR %(amount)s") % {"amount": number_format(amount, 0 if whole else 2, force_grouping=True)}


@register.simple_tag
def when(moment: datetime, age: str | None = None) -> SafeString:
    """A moment in words relative to now, with the exact time in the viewer's zone; a date once a week has passed. What
    is remembered may not look at the clock: it is told the moment's ``age``."""
    local = timezone.localtime(moment)
    exact = date_format(local, "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}" data-module="workspace/when">{}</time>',
        moment.isoformat(timespec="seconds"),
        exact,
        (age_of(moment) if age is None else age) or date_format(local, "DATE_FORMAT"),
    )


@register.filter(name="age")
def age_of(moment: datetime) -> str:
    """How long ago a moment was, in words; nothing once a week has passed."""
    return _relative(timezone.now() - moment)


@register.simple_tag
def day(moment: datetime) -> SafeString:
    """The day of a moment whose age does not matter (published, frozen, a member since), with the exact time in the
    viewer's zone."""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        date_format(local, "DATETIME_FORMAT"),
        date_format(local, "DATE_FORMAT"),
    )


@register.simple_tag
def exactly(moment: datetime) -> SafeString:
    """A moment whose hour matters (a deadline, a step that binds), in the viewer's zone."""
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        date_format(timezone.localtime(moment), "DATETIME_FORMAT"),
    )


def _relative(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 0 or age > timedelta(days=7):
        return ""
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(number)d minute ago", "%(number)d minutes ago", minutes) % {"number": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(number)d hour ago", "%(number)d hours ago", hours) % {"number": hours}
    days = minutes // (24 * 60)
    return ngettext("%(number)d day ago", "%(number)d days ago", days) % {"number": days}


@register.simple_tag
def period(starts: date, ends: date) -> SafeString:
    """A stretch of days: one day, from one to another, or a year when it is a whole one."""
    if (starts.month, starts.day, ends.month, ends.day) == (1, 1, 12, 31) and starts.year == ends.year:
        return format_html('<time datetime="{}">{}</time>', starts.year, starts.year)
    first, last = (
        format_html('<time datetime="{}">{}</time>', each.isoformat(), date_format(each, "DATE_FORMAT"))
        for each in (starts, ends)
    )
    return first if starts == ends else format_html("{} – {}", first, last)


@register.simple_tag
def avatar(name: str) -> SafeString:
    """A disc with a person's initials; decorative, the name stands beside it."""
    words = name.split()
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', initials)


@register.inclusion_tag("workspace/preview.html", takes_context=True)
def preview(context: Context, title: str, description: str, kind: str = "website") -> dict[str, Any]:
    """How a public page looks where its address is shared; for its block preview. ``kind``: website or article."""
    return {
        "title": title,
        "description": Truncator(" ".join(description.split())).chars(300),
        "kind": kind,
        "address": settings.SITE_URL + context["request"].path,
        "image": settings.SITE_URL + static("workspace/card.png"),
    }


@register.inclusion_tag("workspace/citation.html", takes_context=True)
def citation(
    context: Context, authors: str, title: str, published_at: datetime | None = None, network: str = ""
) -> dict[str, Any]:
    """How a public page is cited: by whom, when, what, where. One that goes on changing has no ``published_at``: it is
    cited with the day on which it was read."""
    address = settings.SITE_URL + context["request"].path
    return {"authors": authors, "title": title, "published_at": published_at, "network": network, "address": address}


@register.inclusion_tag("workspace/byline.html")
def byline(person: Person | PersonCard, at: datetime | None = None, age: str | None = None) -> dict[str, Any]:
    """Who (person, organisation, region) and when (as ``when``). Select a person's ``organisation__region`` along."""
    return {"card": card_of(person) if isinstance(person, Person) else person, "at": at, "age": age}


@register.inclusion_tag("workspace/region_tiles.html")
def region_tiles(tiles: Iterable[Any], label: str = "", small: bool = False) -> dict[str, Any]:
    """The table of regions. A tile has ``code``, ``name``, ``state`` (lit, dimmed, ringed, struck), ``text`` (what the
    state says of the region, "has endorsed") and may have a ``url``."""
    return {"tiles": tiles, "label": label, "small": small}


@register.inclusion_tag("workspace/map.html")
def meeting_map(host: Region, guests: Iterable[Region]) -> dict[str, Any]:
    """The map of a visit: the host's region, filled with the accent, and a line from it to each guest's."""
    regions = sorted([host, *guests], key=lambda region: region.position)
    lines = {(min(host.pk, region.pk), max(host.pk, region.pk)): 1 for region in regions if region != host}
    return {"map": map_of(regions, lines), "host": host.pk}


class Room(NamedTuple):
    """One of a group's rooms, as the rail and the bottom bar show it."""

    key: str
    label: str
    icon: str
    url: str


@register.simple_tag(takes_context=True)
def rooms_of(context: Context, working_group: WorkingGroup | None) -> tuple[Room, ...]:
    """The rooms of this group, for those who may read them; none for others and where there is no group."""
    standing = cast(Standing, context.get("standing", PUBLIC))
    if not working_group or not standing.may_read_group(working_group.pk):
        return ()
    rooms = (
        ("overview", gettext("Overview"), "compass", "group"),
        ("forum", gettext("Forum"), "chat-left-text", "forums:forum"),
        ("plan", gettext("Plan"), "journal-text", "plans:workroom"),
        ("visits", gettext("Visits"), "geo-alt", "visits:visits"),
        ("members", gettext("Members"), "people", "groups:members"),
    )
    return tuple(
        Room(key, label, symbol, reverse(route, args=[working_group.slug])) for key, label, symbol, route in rooms
    )


class BreadcrumbsNode(Node):
    """Puts the crumbs' list around what is inside, after home and, on a page of a group, the group."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        inside = self.nodelist.render(context)
        steps = []
        group = cast(WorkingGroup | None, context.get("working_group"))
        if group and context.get("room") != "overview":
            steps.append((reverse("group", args=[group.slug]), group.name))
        if not inside.strip() and not steps:
            return SafeString("")
        crumbs = format_html_join("", '<li><a href="{}">{}</a></li>', [(reverse("home"), gettext("Home")), *steps])
        return format_html(
            '<nav class="breadcrumbs" aria-label="{}"><ol>{}{}</ol></nav>', gettext("You are here"), crumbs, inside
        )


@register.tag
def crumbs(parser: Parser, _token: Token) -> BreadcrumbsNode:
    """``{% crumbs %}{% block breadcrumbs %}{% endblock %}{% endcrumbs %}``"""
    nodelist = parser.parse(("endcrumbs",))
    parser.delete_first_token()
    return BreadcrumbsNode(nodelist)
