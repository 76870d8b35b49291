"""When the actions happen, as a drawing: bars, milestones and today stand where their days are."""

from datetime import date

import pytest

from plans.timeline import Chart, Stretch, timeline_of

TODAY = date(2013, 7, 1)


def charts(*stretches: tuple[date | None, date | None], today: date = TODAY) -> list[Chart]:
    known = [Stretch(number, f"Action {number}", *days) for number, days in enumerate(stretches, start=1)]
    timeline = timeline_of(known, today)
    assert timeline is not None
    return list(timeline.charts)


def test_without_a_date_there_is_no_timeline() -> None:
    assert timeline_of([], TODAY) is None
    assert timeline_of([Stretch(1, "Undated", None, None)], TODAY) is None


def test_a_year_is_drawn_from_its_first_to_its_last_day_with_its_months() -> None:
    for chart in charts((date(2013, 1, 1), date(2013, 12, 31)), (date(2013, 7, 1), None), (None, date(2013, 1, 1))):
        whole, open_end, milestone = chart.bars
        assert (whole.x, whole.x + whole.width) == (chart.plot_start, chart.width - 8)
        assert open_end.x == pytest.approx(chart.plot_start + whole.width * 181 / 365, abs=0.1)
        assert open_end.x + open_end.width == chart.width - 8
        assert open_end.is_open
        assert (milestone.x, milestone.is_milestone, milestone.is_open) == (chart.plot_start, True, False)
        assert chart.today == open_end.x
        assert [tick.day.month for tick in chart.units] == list(range(1, 13))
        assert [tick.day.year for tick in chart.years] == [2013]


def test_several_years_have_quarters_and_a_narrow_screen_years_alone() -> None:
    wide, narrow = charts((date(2013, 2, 14), date(2016, 5, 1)), today=date(2020, 1, 1))
    assert [(tick.day.year, tick.quarter) for tick in wide.units][:5] == [(2013, q) for q in (1, 2, 3, 4)] + [(2014, 1)]
    assert len(wide.units) == 14
    assert [tick.day.year for tick in narrow.years] == [2013, 2014, 2015, 2016]
    assert narrow.units == ()
    assert wide.today is None


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date.min, date.max),
        (date.max, date.max),
        (date(1, 1, 1), date(1, 1, 2)),
        (date(9999, 12, 1), date.max),
        (date(2013, 5, 5), date(2013, 5, 5)),
        (date(2013, 12, 31), date(2014, 1, 1)),
        (date(1900, 1, 1), date(2100, 1, 1)),
    ],
    ids=str,
)
def test_any_days_that_there_are_can_be_drawn(first: date, last: date) -> None:
    for chart in charts((first, last)):
        (bar,) = chart.bars
        assert chart.plot_start <= bar.x <= chart.width
        assert bar.x + bar.width <= chart.width + 2
        assert len(chart.years) + len(chart.units) < 80


def test_a_long_title_is_shortened_to_its_room() -> None:
    timeline = timeline_of([Stretch(1, "A " * 100, TODAY, TODAY)], TODAY)
    assert timeline is not None
    assert [len(chart.bars[0].label) <= chart.width / 7 for chart in timeline.charts] == [True, True]
