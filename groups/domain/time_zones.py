"""The time zones of places: a region's own, and those to choose from, in an order in which one's own is soon found."""

import zoneinfo
from functools import cache

from django.utils.translation import gettext as _

from groups.models import Region

# The zone that clocks in a country keep; where it has several (Spain, Portugal), its mainland's. One whose country is
# not here is found under its part of the world.
ZONE_OF_COUNTRY = {
    "AL": "Europe/Tirane",
    "AT": "Europe/Vienna",
    "BA": "Europe/Sarajevo",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "BY": "Europe/Minsk",
    "CH": "Europe/Zurich",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "EL": "Europe/Athens",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome",
    "LI": "Europe/Vaduz",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MC": "Europe/Monaco",
    "MD": "Europe/Chisinau",
    "ME": "Europe/Podgorica",
    "MK": "Europe/Skopje",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
    "SM": "Europe/San_Marino",
    "TR": "Europe/Istanbul",
    "UA": "Europe/Kyiv",
    "UK": "Europe/London",
}

ZoneChoices = list[tuple[str, list[tuple[str, str]]]]


@cache
def known_time_zones() -> frozenset[str]:
    """The IANA names that this machine has the data of. Python opens each of its 600 files to see which those are."""
    return frozenset(zoneinfo.available_timezones())


def zone_of(region: Region) -> str:
    """The IANA name of the zone that clocks in the region's country keep; blank for a country that is not known."""
    return ZONE_OF_COUNTRY.get(region.country.upper(), "")


def zone_choices(held: str) -> ZoneChoices:
    """The zones by part of the world, each as (IANA name, place): the network's countries' first, each zone once.

    ``held`` is in the list even if it is one of the old names that are otherwise left out. One query.
    """
    known = {name for name in known_time_zones() if "/" in name or name == "UTC"}
    countries = set(Region.objects.order_by().values_list("country", flat=True))
    network = sorted({zone for code, zone in ZONE_OF_COUNTRY.items() if code in countries and zone in known})
    parts = {
        "Europe": _("Europe"),
        "Africa": _("Africa"),
        "America": _("The Americas"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic Ocean"),
        "Australia": _("Australia"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific Ocean"),
        "Antarctica": _("Antarctica"),
    }
    elsewhere: dict[str, list[tuple[str, str]]] = {part: [] for part in parts}
    for zone in sorted(known - set(network)):
        part, _slash, place = zone.partition("/")
        if part in parts:
            elsewhere[part].append((zone, _words(place)))
    listed = set(network) | {zone for zones in elsewhere.values() for zone, _place in zones}
    others = [("UTC", _("Universal time (UTC)"))]
    if held in known and held not in listed and held != "UTC":
        others.append((held, _words(held)))
    groups = [(_("In the network's regions"), [(zone, _words(zone.partition("/")[2])) for zone in network])]
    groups += [(parts[part], zones) for part, zones in elsewhere.items()]
    return [(name, zones) for name, zones in [*groups, (_("Other"), others)] if zones]


def _words(place: str) -> str:
    """A zone's place as one reads it: "Argentina/Buenos_Aires" is "Buenos Aires, Argentina"."""
    return ", ".join(reversed(place.replace("_", " ").split("/")))
