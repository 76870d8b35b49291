"""The actions' dates as a drawing: where each bar, each month and today stand. Pure; the template draws it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import Truncator

ROW, BAR, AXIS, MARGIN = 34, 14, 44, 8
# What a label needs: of a month or quarter, of a year.
UNIT_WIDTH, YEAR_WIDTH = 26, 36
LETTER = 7.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """An action on the timeline: a milestone where it has no day but its end; open where it has only its start."""

    number: int
    title: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the drawing; ``label`` is the title as far as there is room, ``y`` the row's top."""

    number: int
    label: str
    y: float
    x: float
    width: float
    is_milestone: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis at the first day of a month, quarter or year; ``quarter`` is 1 to 4, 0 for the others."""

    x: float
    day: date
    quarter: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing, in its own units. ``today`` is None where today is outside."""

    name: str
    width: float
    height: float
    plot_start: float
    label_y: float
    bars: tuple[Bar, ...]
    years: tuple[Tick, ...]
    units: tuple[Tick, ...]
    are_months: bool
    today: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The actions that have a date, drawn for a wide and for a narrow screen, and how many have none."""

    first: date
    last: date
    charts: tuple[Chart, ...]
    dated: int
    undated: int

    @property
    def has_milestones(self) -> bool:
        return any(bar.is_milestone for bar in self.charts[0].bars)

    @property
    def has_open_ends(self) -> bool:
        return any(bar.is_open for bar in self.charts[0].bars)


def timeline_of(stretches: Iterable[Stretch], today: date) -> Timeline | None:
    """The timeline of these actions in their order; None where none of them has a date."""
    known = list(stretches)
    dated = [stretch for stretch in known if stretch.starts_on or stretch.ends_on]
    if not dated:
        return None
    days = [day for stretch in dated for day in (stretch.starts_on, stretch.ends_on) if day]
    charts = (
        _chart("wide", dated, min(days), max(days), today, width=960, labels=300),
        _chart("narrow", dated, min(days), max(days), today, width=350, labels=0),
    )
    return Timeline(min(days), max(days), charts, len(dated), len(known) - len(dated))


def _chart(
    name: str, dated: Sequence[Stretch], earliest: date, latest: date, today: date, *, width: int, labels: int
) -> Chart:
    """With ``labels`` 0 each title stands above its bar instead of beside it."""
    start = earliest.replace(month=earliest.month - (earliest.month - 1) % 3, day=1)
    end = _after(latest.replace(month=latest.month - (latest.month - 1) % 3, day=1), 3)
    room = width - labels - 2 * MARGIN
    span = max((end - start).days, 1)

    def place(day: date) -> float:
        return round(labels + MARGIN + (day - start).days / span * room, 1)

    months = span / 30.4
    step = 1 if room / months >= UNIT_WIDTH else 3
    units = _firsts(start, end, step) if room / months * step >= UNIT_WIDTH else ()
    every = max(1, -(-int(months / 12 * YEAR_WIDTH) // room))
    years = [day for day in _firsts(start, end, 12 if start.month == 1 else 3) if day.month == 1 or day == start]
    row = ROW if labels else ROW + 16
    bars = []
    for place_in_order, stretch in enumerate(dated):
        first, last = stretch.starts_on or stretch.ends_on, stretch.ends_on or latest
        assert first is not None
        x = place(first)
        bars.append(
            Bar(
                number=stretch.number,
                label=Truncator(stretch.title).chars(int((labels or width) / LETTER) - 4),
                y=AXIS + place_in_order * row,
                x=x,
                width=max(place(min(last, date.max - timedelta(1)) + timedelta(1)) - x, 2),
                is_milestone=first == stretch.ends_on,
                is_open=stretch.ends_on is None,
            )
        )
    return Chart(
        name=name,
        width=width,
        height=AXIS + len(dated) * row + MARGIN,
        plot_start=labels + MARGIN,
        label_y=22 if labels else 14,
        bars=tuple(bars),
        years=tuple(Tick(place(day), day) for at, day in enumerate(years) if at % every == 0),
        units=tuple(Tick(place(day), day, 0 if step == 1 else (day.month + 2) // 3) for day in units),
        are_months=step == 1,
        today=place(today) if start <= today <= end else None,
    )


def _firsts(start: date, end: date, months: int) -> Iterator[date]:
    """The first days from ``start`` on, so many months apart, before ``end``."""
    day = start
    while day < end:
        yield day
        day = _after(day, months)


def _after(day: date, months: int) -> date:
    """The first of the month so many months later; the last day there is where the calendar ends before."""
    month = day.month - 1 + months
    year = day.year + month // 12
    return date.max if year > date.max.year else date(year, month % 12 + 1, 1)
