"""The programme's hours: at the place, and on demand as the reader's own clock shows them."""

from collections.abc import Callable
from datetime import date, time

from django.test import Client

from groups.models import Person, WorkingGroup
from tests.conftest import Cast
from visits.domain.planning import ProgrammeLine, VisitPlan, plan_visit
from visits.models import StudyVisit

ClientOf = Callable[[Person | None], Client]
DAY = date(2012, 5, 24)


def visit_in(zone: str, agrifood: WorkingGroup, cast: Cast, plan_of: Callable[..., VisitPlan]) -> StudyVisit:
    line = ProgrammeLine(day=DAY, starts_at=time(23, 30), ends_at=time(23, 45), title="Night market")
    plan = plan_of(starts_on=DAY, ends_on=DAY, time_zone=zone, programme=[line])
    return plan_visit(working_group=agrifood, by=cast.deputy, plan=plan)


def test_a_programme_is_shown_at_the_places_hours_and_at_ones_own_on_demand(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, plan_of: Callable[..., VisitPlan]
) -> None:
    Person.objects.filter(pk=cast.observer.pk).update(time_zone="Europe/Helsinki")
    visit = visit_in("Europe/Warsaw", agrifood, cast, plan_of)
    client = client_of(cast.observer)
    place = client.get(f"/visits/{visit.pk}/").content.decode()
    assert "Thursday, 24 May 2012" in place
    assert '<time datetime="2012-05-24T23:30:00+02:00">23:30</time>–' in place
    assert "Show my hours" in place
    mine = client.get(f"/visits/{visit.pk}/?times=mine").content.decode()
    assert "Friday, 25 May 2012" in mine
    assert '<time datetime="2012-05-25T00:30:00+03:00">00:30</time>–' in mine
    assert "Your hours (Europe/Helsinki)" in mine


def test_who_has_the_places_hours_is_offered_no_others(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, plan_of: Callable[..., VisitPlan]
) -> None:
    visit = visit_in("Europe/Prague", agrifood, cast, plan_of)
    page = client_of(cast.observer).get(f"/visits/{visit.pk}/").content.decode()
    assert "Hours of the place (Europe/Prague)" in page
    assert "Show my hours" not in page
