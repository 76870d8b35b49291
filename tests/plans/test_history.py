"""Whose words a plan is in, how it came to say them, and the way back."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from collab.domain import rewrite_text
from groups.models import Person
from groups.queries import PersonCard
from plans.domain import sections as outline
from plans.domain.texts import restore_text
from plans.enums import DOCUMENT_KIND
from plans.models import Section, StrategicPlan
from plans.queries import committed_texts, comparison_of, history_of, written_plan
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]
PLAN = "/groups/agrifood/plan/"


def say(section: Section, text: str, person: Person) -> int:
    return rewrite_text(kind=DOCUMENT_KIND, key="agrifood", name=section.id, text=text, person_id=person.pk)


def called(writer: PersonCard | None) -> str:
    return writer.name if writer else "the workspace"


def test_the_shares_of_people_and_regions_are_those_of_their_characters(
    plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    say(sections[0], "Ąbcdef", cast.agency)
    say(sections[0], "Ąbcdef 😀", cast.partner)
    say(sections[1], "xy", cast.coordinator)
    written = written_plan(plan)
    runs = [(run.text, called(run.writer)) for run in written.sections[0].runs]
    assert runs == [("Ąbcdef", "Agency"), (" 😀", "Partner")]
    assert [(called(share.writer), share.characters, share.percent) for share in written.by_person] == [
        ("Agency", 6, 60.0),
        ("Partner", 2, 20.0),
        ("Coordinator", 2, 20.0),
    ]
    assert [(share.region.code if share.region else "", share.percent) for share in written.by_region] == [
        ("PL22", 60.0),
        ("ITC4", 40.0),
    ]


def test_the_page_of_writers_shows_each_run_with_who_wrote_it(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    assert "Nothing has been written yet" in client_of(cast.observer).get(f"{PLAN}writers/").content.decode()
    say(sections[0], "<b>mine</b>", cast.agency)
    page = client_of(cast.observer).get(f"{PLAN}writers/").content.decode()
    assert "Agency: </span>&lt;b&gt;mine&lt;/b&gt;<span" in page
    assert "Agency, ARR Bielsko (Silesia)" in page
    assert "100.0\xa0%" in page or "100.0 %" in page


def test_the_history_names_who_wrote_and_the_sections(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.observer)
    assert "Nothing has been written yet" in client.get(f"{PLAN}history/").content.decode()
    say(sections[0], "one", cast.agency)
    say(sections[1], "two", cast.agency)
    say(sections[0], "three", cast.partner)
    told = history_of(plan)
    assert [(called(each.writer), each.before, each.last, each.headings) for each in told.sessions] == [
        ("Partner", 2, 3, (sections[0].heading,)),
        ("Agency", 0, 2, (sections[0].heading, sections[1].heading)),
    ]
    page = client.get(f"{PLAN}history/").content.decode()
    assert f"{PLAN}history/compare?old=2&amp;new=3" in page


def test_two_points_are_compared_word_by_word_in_whatever_order_they_are_named(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    first = say(sections[0], "We grow <i>old</i> apples.", cast.agency)
    second = say(sections[0], "We grow <i>new</i> apples.", cast.partner)
    say(sections[1], "untouched", cast.partner)
    compared = comparison_of(plan, old=first, new=second)
    assert [each.section for each in compared.sections] == [sections[0]]
    assert [(each.kind, each.text) for each in compared.sections[0].segments if each.kind != "same"] == [
        ("removed", "old"),
        ("added", "new"),
    ]
    for address in (f"?old={first}&new={second}", f"?old={second}&new={first}"):
        page = client_of(cast.observer).get(f"{PLAN}history/compare{address}").content.decode()
        assert "<del>" in page
        assert "&lt;i&gt;" in page
        assert "untouched" not in page
        assert "Bring back" not in page
    same = client_of(cast.observer).get(f"{PLAN}history/compare?old={second}&new={second}").content.decode()
    assert "Nothing differs" in same


def test_an_old_text_comes_back_as_a_change_of_who_brings_it(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    first = say(sections[0], "First words", cast.agency)
    say(sections[0], "Other words", cast.partner)
    say(sections[1], "stays", cast.partner)
    client = client_of(cast.coordinator)
    assert "Bring back the earlier text" in client.get(f"{PLAN}history/compare?old={first}&new=3").content.decode()
    answer = client.post(f"{PLAN}sections/{sections[0].id}/restore-text", {"number": str(first)})
    assert answer["Location"] == f"{PLAN}?section={sections[0].id}"
    assert committed_texts(plan).texts == {sections[0].id: "First words", sections[1].id: "stays"}
    latest = history_of(plan).sessions[0]
    assert (called(latest.writer), latest.headings) == ("Coordinator", (sections[0].heading,))
    client.post(f"{PLAN}sections/{sections[0].id}/restore-text", {"number": "0"})
    assert committed_texts(plan).texts[sections[0].id] == ""


@pytest.mark.parametrize("who", ["observer", "outsider", "other_coordinator", "secretariat", "director", "removed"])
def test_who_may_not_write_in_a_section_brings_nothing_back(
    who: str, plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    say(sections[0], "First", cast.agency)
    with pytest.raises(PermissionDenied):
        restore_text(section=sections[0], person=getattr(cast, who), number=0)
    assert committed_texts(plan).texts[sections[0].id] == "First"


def test_a_locked_section_is_brought_back_by_leaders_alone_and_one_taken_out_by_nobody(
    plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    say(sections[0], "First", cast.agency)
    outline.lock_section(section=sections[0], person=cast.coordinator)
    with pytest.raises(PermissionDenied):
        restore_text(section=sections[0], person=cast.agency, number=0)
    restore_text(section=sections[0], person=cast.deputy, number=0)
    outline.remove_section(section=sections[0], person=cast.coordinator)
    with pytest.raises(PermissionDenied):
        restore_text(section=sections[0], person=cast.deputy, number=1)


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "1e3", "9" * 10_000, "\x00"], ids=repr)
def test_what_names_no_point_is_not_found(
    number: str, plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.coordinator)
    assert client.get(f"{PLAN}history/", {"before": number}).status_code == 404
    assert client.get(f"{PLAN}history/compare", {"old": "0", "new": number}).status_code == 404
    restoring = client.post(f"{PLAN}sections/{sections[0].id}/restore-text", {"number": number})
    assert restoring.status_code == 404


def test_a_point_that_is_yet_to_come_is_the_last_one(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    say(sections[0], "First", cast.agency)
    page = client_of(cast.observer).get(f"{PLAN}history/compare", {"old": "0", "new": "9" * 18}).content.decode()
    assert "First" in page
