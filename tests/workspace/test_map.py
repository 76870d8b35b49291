"""The map: Python and d3 project alike, the window follows the regions, the names keep apart."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from groups.models import Region
from workspace.map import LINE, TILE, WIDTH, Map, map_of, project

ROOT = Path(__file__).resolve().parents[2]
NETWORK = json.loads((ROOT / "groups/data/network.json").read_text())
OUTLINES = (ROOT / "workspace/static/workspace/map.svg").read_text()


def regions() -> list[Region]:
    return [Region(**each) for each in NETWORK["regions"]]


def drawn(rows: list[Region]) -> Map:
    drawing = map_of(rows)
    assert drawing is not None
    return drawing


def test_python_projects_as_d3_does() -> None:
    places = [[region.lon, region.lat] for region in regions()] + [[-9.1, 38.7], [25.5, 66.5]]
    script = (
        'import { projectionOf } from "./map.mjs"; import { readFileSync } from "node:fs";'
        'const p = projectionOf(JSON.parse(readFileSync("../workspace/map_projection.json")));'
        f"console.log(JSON.stringify({json.dumps(places)}.map((place) => p(place))))"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], cwd=ROOT / "frontend", capture_output=True, text=True, check=True
    )
    for (lon, lat), expected in zip(places, json.loads(done.stdout), strict=True):
        assert project(lat, lon) == pytest.approx(expected, abs=1e-6)


def test_every_country_of_the_network_has_an_outline() -> None:
    outlined = set(re.findall(r'<path id="([A-Z]{2})"', OUTLINES))
    assert {region.country for region in regions()} <= outlined
    assert len(outlined) > 40


def test_without_regions_there_is_no_map() -> None:
    assert map_of([]) is None


def test_every_region_lies_in_the_window_as_it_does_on_the_globe() -> None:
    drawing = drawn(regions())
    at = {spot.region.code: spot for spot in drawing.spots}
    for spot in drawing.spots:
        assert TILE[0] / 2 <= spot.x <= WIDTH - TILE[0] / 2
        assert TILE[1] / 2 <= spot.y <= drawing.height - TILE[1] / 2
    assert at["DE11"].x < at["AT31"].x < at["SK02"].x
    assert at["PL51"].y < at["CZ06"].y < at["HU21"].y < at["ITC4"].y


def test_a_region_far_away_widens_the_window() -> None:
    before = drawn(regions())
    lisbon = Region(code="PT17", name="Lisbon", country="PT", lat=38.7, lon=-9.1, position=11)
    after = drawn([*regions(), lisbon])
    assert after.scale < before.scale
    assert {spot.region.code for spot in after.spots} == {spot.region.code for spot in before.spots} | {"PT17"}
    assert all(0 < spot.x < WIDTH and 0 < spot.y < after.height for spot in after.spots)
    assert "PT" in after.countries


def test_one_region_alone_stands_in_the_middle_of_its_surroundings() -> None:
    drawing = drawn(regions()[:1])
    assert drawing.spots[0].x == WIDTH / 2
    assert drawing.scale < 3


def test_no_name_of_the_network_covers_another_or_a_tile() -> None:
    drawing = drawn(regions())
    boxes = []
    for spot in drawing.spots:
        length = 9.2 * len(spot.region.name)
        start = {"start": 0, "end": length, "middle": length / 2}[spot.anchor]
        left = spot.label_x - start
        boxes.append((spot.region.code, left, spot.label_y - LINE / 2, left + length, spot.label_y + LINE / 2))
        boxes.append((spot.region.code, spot.x - 33, spot.y - 17, spot.x + 33, spot.y + 17))
    touching = [
        (one[0], other[0])
        for one in boxes
        for other in boxes
        if one[0] < other[0] and one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]
    assert touching == []
