"""The time zones of places: a region's own, and the list to choose from."""

import json
from pathlib import Path
from zoneinfo import available_timezones

from groups.domain.time_zones import known_time_zones, zone_choices, zone_of
from groups.models import Region

NETWORK = json.loads((Path(__file__).parents[2] / "groups/data/network.json").read_text())


def region(country: str) -> Region:
    return Region(code="XX", name="X", country=country)


def test_every_region_of_the_network_has_its_own_time() -> None:
    zones = {country["country"]: zone_of(region(country["country"])) for country in NETWORK["regions"]}
    assert set(zones.values()) <= available_timezones() == known_time_zones()
    assert zones["PL"] == "Europe/Warsaw"
    assert zones["SI"] == "Europe/Ljubljana"
    assert zone_of(region("XK")) == ""


def test_the_zones_of_our_regions_come_first_and_none_is_there_twice(silesia: Region, lombardy: Region) -> None:
    choices = zone_choices("")
    assert choices[0] == ("In the network's regions", [("Europe/Rome", "Rome"), ("Europe/Warsaw", "Warsaw")])
    assert choices[1][0] == "Europe"
    assert ("America/Argentina/Ushuaia", "Ushuaia, Argentina") in dict(choices)["The Americas"]
    listed = [zone for _part, zones in choices for zone, _label in zones]
    assert len(listed) == len(set(listed)) > 300
    assert set(listed) < known_time_zones()


def test_an_old_name_is_offered_to_whoever_holds_it_alone(silesia: Region) -> None:
    held = ("US/Pacific", "Pacific, US")
    assert held in dict(zone_choices("US/Pacific"))["Other"]
    assert held not in dict(zone_choices(""))["Other"]
