"""The network's map: where each region's tile stands, and the window around them all.

The countries' outlines are drawn ahead of time by frontend/map.mjs into workspace/static/workspace/map.svg; both
project by the Lambert conformal conic formula with the constants of map_projection.json. The window follows the
regions, so a region that is added appears.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, log, pi, radians, sin, tan
from pathlib import Path

from groups.models import Region

CONSTANTS = json.loads((Path(__file__).parent / "map_projection.json").read_text())

WIDTH = 1000
MARGIN = 0.11
SMALLEST_SPAN = 420
FLATTEST, TALLEST = 0.62, 0.9
TILE = (66, 34)
LETTER, LINE = 9.2, 24
BEND = 0.16


@dataclass(frozen=True)
class Spot:
    """A region on the map: its tile's centre, and where its name starts, in units of a map 1000 wide."""

    region: Region
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Line:
    """A bow between two regions that met: ``d`` is its path, ``visits`` how often."""

    d: str
    visits: int


@dataclass(frozen=True)
class Map:
    """What the template draws: the outlines moved and scaled under a window ``WIDTH`` x ``height``, and the spots."""

    height: int
    shift_x: float
    shift_y: float
    scale: float
    spots: list[Spot]
    lines: list[Line]
    countries: list[str]

    @property
    def width(self) -> int:
        return WIDTH


def _cone() -> tuple[float, float]:
    first, second = (radians(parallel) for parallel in CONSTANTS["parallels"])
    constant = log(cos(first) / cos(second)) / log(tan(pi / 4 + second / 2) / tan(pi / 4 + first / 2))
    return constant, cos(first) * tan(pi / 4 + first / 2) ** constant / constant


CONE, FACTOR = _cone()


def _raw(lat: float, lon: float) -> tuple[float, float]:
    radius = FACTOR / tan(pi / 4 + radians(lat) / 2) ** CONE
    angle = CONE * radians(lon - CONSTANTS["meridian"])
    return radius * sin(angle), FACTOR - radius * cos(angle)


def project(lat: float, lon: float) -> tuple[float, float]:
    """Degrees (WGS 84) to the outlines' units, x to the east and y to the south."""
    x, y = _raw(lat, lon)
    _, middle = _raw(CONSTANTS["latitude"], CONSTANTS["meridian"])
    return x * CONSTANTS["scale"], (middle - y) * CONSTANTS["scale"]


def map_of(regions: Iterable[Region], meetings: Mapping[tuple[int, int], int] | None = None) -> Map | None:
    """The map of these regions, north to south; None when there are none. ``meetings`` counts the visits by pairs of
    region ids."""
    regions = list(regions)
    if not regions:
        return None
    points = [project(region.lat, region.lon) for region in regions]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    width = max(right - left, SMALLEST_SPAN) * (1 + 2 * MARGIN)
    height = max((bottom - top) * (1 + 2 * MARGIN), width * FLATTEST)
    width = max(width, height / TALLEST)
    scale = WIDTH / width
    shift_x = WIDTH / 2 - scale * (left + right) / 2
    shift_y = scale * height / 2 - scale * (top + bottom) / 2
    places = [(shift_x + scale * x, shift_y + scale * y) for x, y in points]
    return Map(
        height=round(scale * height),
        shift_x=round(shift_x, 2),
        shift_y=round(shift_y, 2),
        scale=round(scale, 4),
        spots=_spots(regions, places),
        lines=_lines(dict(zip((region.pk for region in regions), places, strict=True)), meetings or {}),
        countries=sorted({region.country for region in regions}),
    )


def _lines(places: Mapping[int, tuple[float, float]], meetings: Mapping[tuple[int, int], int]) -> list[Line]:
    """A bow for each pair, bent to one side so that lines which cross can be told apart."""
    lines = []
    for (one, other), visits in sorted(meetings.items()):
        (x1, y1), (x2, y2) = places[one], places[other]
        bend_x, bend_y = (x1 + x2) / 2 + (y1 - y2) * BEND, (y1 + y2) / 2 + (x2 - x1) * BEND
        lines.append(Line(f"M{x1:.1f} {y1:.1f}Q{bend_x:.1f} {bend_y:.1f} {x2:.1f} {y2:.1f}", visits))
    return lines


Box = tuple[float, float, float, float]


def _overlap(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0) * max(down, 0)


def _spots(regions: list[Region], places: list[tuple[float, float]]) -> list[Spot]:
    """Puts each name right, left, below or above its tile: the first of these where it covers the least."""
    half_width, half_height = TILE[0] / 2, TILE[1] / 2
    taken: list[Box] = [(x - half_width, y - half_height, x + half_width, y + half_height) for x, y in places]
    spots = []
    for region, (x, y) in zip(regions, places, strict=True):
        length = LETTER * len(region.name)
        beside, under = half_width + 8, half_height + LINE
        choices: list[tuple[float, float, str, float]] = [
            (x + beside, y, "start", x + beside),
            (x - beside, y, "end", x - beside - length),
            (x, y + under - 4, "middle", x - length / 2),
            (x, y - under + 4, "middle", x - length / 2),
        ]

        def cost(choice: tuple[float, float, str, float], length: float = length) -> float:
            _, middle, _, start = choice
            box = (start, middle - LINE / 2, start + length, middle + LINE / 2)
            outside = max(0.0, -start) + max(0.0, start + length - WIDTH)
            return outside * LINE + sum(_overlap(box, other) for other in taken)

        label_x, label_y, anchor, start = min(choices, key=cost)
        taken.append((start, label_y - LINE / 2, start + length, label_y + LINE / 2))
        spots.append(Spot(region, round(x, 1), round(y, 1), round(label_x, 1), round(label_y, 1), anchor))
    return spots
