"""A plan is started once, by whoever of its readers looks first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from collab.models import Document
from groups.models import WorkingGroup
from plans.domain.plans import start_plan
from plans.models import Section, StrategicPlan
from plans.queries import committed_texts
from plans.section_template import SECTION_TEMPLATE
from tests.conftest import Cast


def test_a_plan_starts_with_the_templates_sections_in_order(plan: StrategicPlan) -> None:
    assert list(plan.sections.values_list("position", "heading", "guidance", "is_locked", "removed_at")) == [
        (place, section.heading, section.guidance, False, None)
        for place, section in enumerate(SECTION_TEMPLATE, start=1)
    ]


def test_its_document_is_named_after_the_group_and_holds_no_text_yet(plan: StrategicPlan) -> None:
    assert Document.objects.filter(kind="plan", key="agrifood").count() == 1
    assert "".join(committed_texts(plan).texts.values()) == ""


def test_section_ids_are_short_random_words_that_differ(plan: StrategicPlan, cast: Cast, tourism: WorkingGroup) -> None:
    start_plan(working_group=tourism, person=cast.outsider)
    ids = list(Section.objects.values_list("id", flat=True))
    assert len(set(ids)) == 2 * len(SECTION_TEMPLATE)
    assert all(len(each) == 8 and each.isalnum() and each == each.lower() for each in ids)


def test_starting_it_again_gives_the_same_plan(plan: StrategicPlan, cast: Cast, agrifood: WorkingGroup) -> None:
    assert start_plan(working_group=agrifood, person=cast.observer) == plan
    assert Section.objects.count() == len(SECTION_TEMPLATE)


@pytest.mark.parametrize("who", ["outsider", "other_coordinator", "removed", "deactivated"])
def test_who_does_not_read_the_group_cannot_start_its_plan(who: str, cast: Cast, agrifood: WorkingGroup) -> None:
    with pytest.raises(PermissionDenied):
        start_plan(working_group=agrifood, person=getattr(cast, who))
    assert not StrategicPlan.objects.exists()


@pytest.mark.parametrize("who", ["coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"])
def test_every_reader_of_the_group_may_be_the_first_to_look(who: str, cast: Cast, agrifood: WorkingGroup) -> None:
    assert start_plan(working_group=agrifood, person=getattr(cast, who)).slug == "agrifood"


@pytest.mark.django_db(transaction=True)
def test_readers_who_look_at_the_same_moment_start_one_plan(cast: Cast, agrifood: WorkingGroup) -> None:
    people = [cast.coordinator, cast.deputy, cast.partner, cast.observer]
    together = Barrier(len(people))

    def look(place: int) -> int:
        together.wait()
        try:
            return start_plan(working_group=agrifood, person=people[place]).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as threads:
        found = set(threads.map(look, range(len(people))))
    assert found == set(StrategicPlan.objects.values_list("pk", flat=True))
    assert len(found) == 1
    assert Section.objects.count() == len(SECTION_TEMPLATE)
