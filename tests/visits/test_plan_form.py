"""Planning a visit through the form, and who takes part in it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Person, Region, WorkingGroup
from tests.conftest import Cast
from tests.visits.conftest import today
from visits.domain.planning import VisitPlan, edit_visit
from visits.models import StudyVisit

ClientOf = Callable[[Person | None], Client]


def form_of_plan(region: Region, **changes: object) -> dict[str, object]:
    day = today().isoformat()
    form = {
        "title": "Orchard days",
        "host_region": region.pk,
        "place": "Cieszyn",
        "starts_on": day,
        "ends_on": day,
        "time_zone": "Europe/Warsaw",
        "objectives": "Look at *apples*.",
        "programme-TOTAL_FORMS": 2,
        "programme-INITIAL_FORMS": 0,
        "programme-0-day": day,
        "programme-0-starts_at": "09:00",
        "programme-0-ends_at": "10:30",
        "programme-0-title": "Orchard",
    }
    return form | changes


def test_what_is_wrong_in_the_programme_is_said_where_the_eye_and_the_focus_land(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, silesia: Region
) -> None:
    form = form_of_plan(silesia, **{"programme-0-starts_at": ""})
    page = client_of(cast.deputy).post(reverse("visits:plan", args=["agrifood"]), form).content.decode()
    assert "There is a problem in the programme" in page
    assert '<a href="#id_programme-0-starts_at">This field is required.</a>' in page
    assert not StudyVisit.objects.exists()


def test_a_visit_is_planned_with_its_programme_through_the_form(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, silesia: Region
) -> None:
    answer = client_of(cast.deputy).post(reverse("visits:plan", args=["agrifood"]), form_of_plan(silesia))
    planned = StudyVisit.objects.get()
    assert answer.headers["Location"] == reverse("visits:visit", args=[planned.pk])
    assert (planned.title, planned.host_region, planned.planned_by) == ("Orchard days", silesia, cast.deputy)
    item = planned.programme.get()
    assert (item.title, f"{item.starts_at:%H:%M}", f"{item.ends_at:%H:%M}") == ("Orchard", "09:00", "10:30")


def test_a_visit_that_is_sent_twice_is_planned_once(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, silesia: Region
) -> None:
    client = client_of(cast.deputy)
    address = reverse("visits:plan", args=["agrifood"])
    key = client.get(address).context["forms"].visit_form["idempotency_key"].value()
    form = form_of_plan(silesia, idempotency_key=key)
    answers = [client.post(address, form) for _attempt in range(2)]
    planned = StudyVisit.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [reverse("visits:visit", args=[planned.pk])] * 2
    other = client.post(address, form | {"place": "Elsewhere"})
    assert other.status_code == 422
    assert "An earlier attempt was saved already" in other.content.decode()
    assert StudyVisit.objects.get() == planned
    assert client.post(address, form_of_plan(silesia)).status_code == 302  # without a key, and a visit of its own
    assert StudyVisit.objects.count() == 2


@pytest.mark.parametrize(("chosen", "kept"), [("", "Europe/Warsaw"), ("Europe/Lisbon", "Europe/Lisbon")])
def test_a_visit_keeps_the_host_regions_time_unless_another_zone_is_chosen(
    chosen: str, kept: str, cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, silesia: Region
) -> None:
    form = form_of_plan(silesia, time_zone=chosen)
    client_of(cast.deputy).post(reverse("visits:plan", args=["agrifood"]), form)
    assert StudyVisit.objects.get().time_zone == kept


def test_the_zone_of_a_region_whose_country_is_not_known_is_asked_for(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, silesia: Region
) -> None:
    Region.objects.update(country="XK")
    answer = client_of(cast.deputy).post(reverse("visits:plan", args=["agrifood"]), form_of_plan(silesia, time_zone=""))
    assert answer.status_code == 422
    assert "Choose the time zone of the place" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_on": "2001-01-01"}, "The last day lies before the first one."),
        ({"ends_on": "2099-01-01"}, "A visit lasts at most 31 days."),
        ({"starts_on": "0001-01-01", "ends_on": "0001-01-02"}, "A year between 2000 and 2100."),
        ({"starts_on": "soon"}, "Enter a valid date."),
        ({"host_region": "999999"}, "Select a valid choice."),
        ({"host_region": "\x00"}, "Null characters are not allowed."),
        ({"host_region": str(2**70)}, "Select a valid choice."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"title": "x" * 201}, "Ensure this value has at most 200 characters"),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"title": "\u202e"}, "There are characters here that cannot be shown."),
        ({"programme-0-day": "2099-01-01"}, "This day lies outside the visit."),
        ({"programme-0-ends_at": "08:00"}, "This lies before its start."),
        ({"programme-0-starts_at": "25:99"}, "Enter a valid time."),
        ({"programme-TOTAL_FORMS": "10000000"}, "Please submit at most 200 forms."),
        ({"programme-TOTAL_FORMS": "many"}, "ManagementForm data is missing or has been tampered with"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_and_what_was_typed_stays(
    changes: dict[str, object], message: str, cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, silesia: Region
) -> None:
    form = form_of_plan(silesia, **changes)
    answer = client_of(cast.deputy).post(reverse("visits:plan", args=["agrifood"]), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "Look at *apples*." in page
    assert not StudyVisit.objects.exists()


def test_a_plan_that_somebody_changed_meanwhile_is_not_written_over(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, silesia: Region, plan_of: Callable[..., VisitPlan]
) -> None:
    edit_visit(visit=visit, by=cast.deputy, plan=plan_of(title="The deputy's"))
    form = form_of_plan(silesia, revision="0")
    answer = client_of(cast.coordinator).post(reverse("visits:edit", args=[visit.pk]), form)
    assert "Somebody else saved a change" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.title == "The deputy's"


def test_a_member_joins_and_leaves(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    client = client_of(cast.deputy)
    client.post(reverse("visits:join", args=[visit.pk]))
    assert visit.participants.filter(person=cast.deputy).exists()
    client.post(reverse("visits:leave", args=[visit.pk]))
    assert not visit.participants.filter(person=cast.deputy).exists()


@pytest.mark.parametrize("person", ["", "abc", "0", "²", str(2**70), "\x00", "-1"])
def test_somebody_who_is_nobody_is_not_put_on_the_list(
    person: str, cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    before = visit.participants.count()
    answer = client_of(cast.deputy).post(
        reverse("visits:add-participant", args=[visit.pk]), {"person": person}, follow=True
    )
    assert "Choose a member of the group." in answer.content.decode()
    assert visit.participants.count() == before


def test_somebody_of_another_group_is_not_put_on_the_list(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    address = reverse("visits:add-participant", args=[visit.pk])
    answer = client_of(cast.deputy).post(address, {"person": cast.outsider.pk}, follow=True)
    assert "Outsider is not a member of this group." in answer.content.decode()
