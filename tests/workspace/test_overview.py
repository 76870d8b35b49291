"""A group's overview: what others changed since one last looked, what waits, what comes next, who is silent."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums.domain.posting import post_reply, start_topic
from groups.models import Membership, Organisation, Person, Region, WorkingGroup
from groups.standing import standing_of
from plans.domain.consultations import close_consultation, open_consultation, withdraw_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.plans import start_plan
from plans.domain.sections import assign_section
from plans.domain.versions import freeze_version
from plans.enums import Position
from plans.models import Action
from tests.conftest import Cast
from workspace.changes import changes_since
from workspace.domain.looking import mark_looked
from workspace.models import LastLook
from workspace.overview import moment_of, overview_of

LONG_AGO = timezone.now() - timedelta(days=400)
RECENTLY = timezone.now() - timedelta(days=1)


@pytest.fixture(autouse=True)
def settled(cast: Cast) -> None:
    """Everybody has been in their group for long."""
    Membership.objects.filter(ended_at=None).update(started_at=LONG_AGO)


def told(cast: Cast, who: str, group: WorkingGroup) -> list[str]:
    overview = overview_of(standing_of(getattr(cast, who)), group)
    assert overview is not None
    return [change.what for change in overview.changes]


def test_posts_by_others_are_told_until_they_are_read_and_lead_to_the_first_unread(
    cast: Cast, agrifood: WorkingGroup
) -> None:
    topic, _made = start_topic(working_group=agrifood, author=cast.agency, title="Soil days", source="Shall we?")
    post_reply(topic=topic, author=cast.agency, source="In May?")
    assert told(cast, "agency", agrifood) == []
    overview = overview_of(standing_of(cast.partner), agrifood)
    assert overview is not None
    assert [(change.what, change.url) for change in overview.changes] == [
        ("2 posts that you have not read in “Soil days”", f"/topics/{topic.pk}/?from=1#post-1")
    ]


def test_what_was_seen_is_not_told_again_and_what_comes_after_it_is(cast: Cast, agrifood: WorkingGroup) -> None:
    start_plan(working_group=agrifood, person=cast.coordinator)
    plan = agrifood.plan
    action = Action.objects.create(
        plan=plan, number=1, title="A seed bank", changed_by=cast.agency, lead=cast.agency.organisation
    )
    assert "Agency changed the action “A seed bank”" in told(cast, "partner", agrifood)
    mark_looked(person=cast.partner, working_group=agrifood, upto=timezone.now())
    assert told(cast, "partner", agrifood) == []
    Action.objects.filter(pk=action.pk).update(changed_at=timezone.now() + timedelta(seconds=1))
    assert told(cast, "partner", agrifood) == ["Agency changed the action “A seed bank”"]
    assert "Agency changed the action “A seed bank”" in told(cast, "observer", agrifood)


def test_a_look_never_goes_back_nor_ahead_of_now(cast: Cast, agrifood: WorkingGroup) -> None:
    before = timezone.now()
    mark_looked(person=cast.partner, working_group=agrifood, upto=before + timedelta(days=900))
    look = LastLook.objects.get()
    assert before <= look.at <= timezone.now()
    mark_looked(person=cast.partner, working_group=agrifood, upto=LONG_AGO)
    assert LastLook.objects.get().at == look.at


@pytest.mark.parametrize("who", ["outsider", "removed", "deactivated"])
def test_who_does_not_read_the_group_is_told_nothing_and_keeps_no_look(
    cast: Cast, agrifood: WorkingGroup, who: str
) -> None:
    person = getattr(cast, who)
    assert overview_of(standing_of(person), agrifood) is None
    with pytest.raises(PermissionDenied):
        mark_looked(person=person, working_group=agrifood, upto=timezone.now())
    assert not LastLook.objects.exists()


def test_another_group_s_changes_are_not_told(cast: Cast, agrifood: WorkingGroup, tourism: WorkingGroup) -> None:
    start_topic(working_group=agrifood, author=cast.agency, title="Kept to Agrifood", source="x")
    assert changes_since(standing_of(cast.director), tourism, RECENTLY) == []
    assert changes_since(standing_of(cast.director), agrifood, RECENTLY) != []


@pytest.mark.parametrize("upto", ["", "x", "-5", "1e9", "٣", "9" * 17, "1\x00"])
def test_a_look_at_no_moment_is_refused(
    client_of: Callable[..., Client], cast: Cast, agrifood: WorkingGroup, upto: str
) -> None:
    assert moment_of(upto) is None
    assert client_of(cast.partner).post("/groups/agrifood/looked/", {"upto": upto}).status_code == 400
    assert not LastLook.objects.exists()


def test_a_region_is_lit_when_it_spoke_ringed_when_it_only_read_and_dimmed_when_neither(
    cast: Cast, agrifood: WorkingGroup, client_of: Callable[..., Client]
) -> None:
    def states() -> dict[str, str]:
        overview = overview_of(standing_of(cast.coordinator), agrifood)
        assert overview is not None
        return {tile.code: tile.state for tile in overview.tiles}

    assert states() == {"PL22": "dimmed", "ITC4": "dimmed"}
    topic, _made = start_topic(working_group=agrifood, author=cast.agency, title="Soil days", source="Shall we?")
    assert states() == {"PL22": "lit", "ITC4": "dimmed"}
    client_of(cast.partner).post(f"/topics/{topic.pk}/read/", {"number": 1})
    assert states() == {"PL22": "lit", "ITC4": "ringed"}


def test_the_actions_that_my_organisation_leads_wait_for_me_and_near_ends_come_next(
    cast: Cast, agrifood: WorkingGroup, client_of: Callable[..., Client]
) -> None:
    start_plan(working_group=agrifood, person=cast.coordinator)
    end = timezone.localdate() + timedelta(days=10)
    terms = {"plan": agrifood.plan, "changed_by": cast.agency, "ends_on": end}
    Action.objects.create(number=1, title="A seed bank", lead=cast.agency.organisation, **terms)
    Action.objects.create(number=2, title="A cold chain", lead=cast.partner.organisation, **terms)
    overview = overview_of(standing_of(cast.agency), agrifood)
    assert overview is not None
    assert [(task.what, task.due) for task in overview.tasks] == [("Your organisation leads “A seed bank”", end)]
    ends = ["The action “A cold chain” ends", "The action “A seed bank” ends"]
    assert [task.what for task in overview.coming] == ends
    page = client_of(cast.agency).get("/groups/agrifood/").content.decode()
    assert re.search(r"<h2 id=\"tasks\">Waiting for you</h2>", page)
    assert "Waiting for you" not in client_of(cast.observer).get("/groups/tourism/").content.decode()


@pytest.mark.once("the queries are as many with any database")
def test_the_number_of_queries_does_not_grow_with_what_changed(
    cast: Cast, agrifood: WorkingGroup, client_of: Callable[..., Client]
) -> None:
    start_plan(working_group=agrifood, person=cast.coordinator)
    client = client_of(cast.observer)

    def add(first: int, number: int) -> int:
        for place in range(first, first + number):
            start_topic(working_group=agrifood, author=cast.agency, title=f"Topic {place}", source="x")
            lead = Organisation.objects.create(slug=f"org-{place}", name=f"Org {place}")
            Action.objects.create(
                plan=agrifood.plan, number=place, title=f"Action {place}", lead=lead, changed_by=cast.agency
            )
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/groups/agrifood/").status_code == 200
        return len(captured)

    add(1, 1)
    assert add(2, 1) == add(3, 50)


def test_who_joined_is_told(cast: Cast, agrifood: WorkingGroup) -> None:
    Membership.objects.filter(person=cast.agency).update(started_at=timezone.now())
    assert told(cast, "partner", agrifood) == ["Agency joined the group"]
    assert told(cast, "agency", agrifood) == []


def test_the_group_sees_how_its_consultation_stands_and_who_speaks_for_a_silent_region_what_waits(
    cast: Cast, agrifood: WorkingGroup, client_of: Callable[..., Client], silesia: Region, lombardy: Region
) -> None:
    plan = start_plan(working_group=agrifood, person=cast.coordinator)
    version = freeze_version(plan=plan, person=cast.coordinator, name="For the regions")
    deadline = timezone.now() + timedelta(days=9)
    consultation = open_consultation(version=version, person=cast.coordinator, deadline=deadline)

    def page_of(person: Person | None) -> str:
        return " ".join(client_of(person).get("/groups/agrifood/").content.decode().split())

    mine = "Speak for Silesia on “For the regions”"
    assert mine in page_of(cast.agency)
    assert "0 of 2 regions have spoken on “For the regions”. The consultation is open until" in page_of(cast.agency)
    speak_for_region(
        consultation=consultation, region=silesia, person=cast.agency, position=Position.OBJECTS, text="No barns."
    )
    page = page_of(cast.agency)
    assert mine not in page
    assert "1 of 2 regions has spoken on “For the regions”." in page
    assert '<a href="/groups/agrifood/plan/consultation/1/#region-PL22">' in page
    assert "Silesia: objects" in page
    assert "Silesia: objects" in page_of(cast.observer)
    close_consultation(consultation=consultation, person=cast.coordinator)
    assert "The consultation takes no more words." in page_of(cast.observer)
    for who in (cast.outsider, cast.removed, None):
        assert "For the regions" not in page_of(who)
        assert "/plan/consultation/" not in page_of(who)
    assert "For the regions" not in client_of(None).get("/").content.decode()
    withdraw_consultation(consultation=consultation, person=cast.coordinator)
    assert "For the regions”." not in page_of(cast.coordinator)


def test_a_section_that_is_mine_waits_for_me_and_opens_from_there(cast: Cast, agrifood: WorkingGroup) -> None:
    plan = start_plan(working_group=agrifood, person=cast.coordinator)
    section = plan.sections.all()[2]
    assign_section(section=section, person=cast.coordinator, assignee=cast.partner)
    overview = overview_of(standing_of(cast.partner), agrifood)
    assert overview is not None
    assert [(task.what, task.url) for task in overview.tasks] == [
        (f"See to the section “{section.heading}”", f"/groups/agrifood/plan/?section={section.pk}")
    ]
