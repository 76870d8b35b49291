"""Mandate holders hear that their region is asked and that the deadline is near, leaders what a region says, somebody
that a section is theirs to see to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.domain.memberships import remove_member
from groups.domain.offices import give_mandate
from groups.models import Membership, Person, Region
from groups.standing import standings_of
from notices.kinds import Told, words_of
from notices.models import Notice
from notices.queries import notices_page
from plans.domain.consultations import open_consultation, set_deadline, withdraw_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.sections import assign_section, remove_section
from plans.domain.telling import remind_of_deadlines
from plans.domain.versions import freeze_version
from plans.enums import Position
from plans.models import Consultation, Section, StrategicPlan
from plans.policies import consultation_readers
from tests.conftest import Cast


@pytest.fixture
def voice(cast: Cast, lombardy: Region) -> Person:
    """Speaks for Lombardy and is in no group."""
    person = Person.objects.create_user("voice@cast.example", "a long password", name="Voice")
    give_mandate(person=person, region=lombardy, by=cast.secretariat)
    return person


@pytest.fixture
def consultation(plan: StrategicPlan, cast: Cast, voice: Person) -> Consultation:
    version = freeze_version(plan=plan, person=cast.coordinator, name="For the regions")
    return open_consultation(version=version, person=cast.coordinator, deadline=timezone.now() + timedelta(days=9))


def heard(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def test_all_mandate_holders_hear_of_an_opened_consultation(consultation: Consultation, cast: Cast) -> None:
    assert heard("plans.consultation") == ["Agency", "Voice"]
    notice = Notice.objects.first()
    assert notice is not None
    assert notice.url == "/groups/agrifood/plan/consultation/"
    told = words_of(notice.kind, Told(actor="Chiara", facts=notice.facts))
    assert told.startswith("Chiara asks for your region's word on “For the regions” (Agrifood), until ")


def test_who_is_silent_is_reminded_once_for_each_deadline_that_is_near(
    consultation: Consultation, cast: Cast, silesia: Region
) -> None:
    remind_of_deadlines()
    assert heard("plans.deadline") == []
    speak_for_region(consultation=consultation, region=silesia, person=cast.agency, position=Position.ENDORSES)
    set_deadline(consultation=consultation, person=cast.deputy, deadline=timezone.now() + timedelta(days=2))
    for _time in range(2):
        remind_of_deadlines()
    assert heard("plans.deadline") == ["Voice"]
    notice = Notice.objects.get(kind="plans.deadline")
    assert words_of(notice.kind, Told(actor="", facts=notice.facts)).startswith(
        "Your region's word on “For the regions”"
    )
    set_deadline(consultation=consultation, person=cast.deputy, deadline=timezone.now() + timedelta(days=3))
    remind_of_deadlines()
    assert heard("plans.deadline") == ["Voice", "Voice"]
    Consultation.objects.update(deadline=timezone.now())
    remind_of_deadlines()
    assert heard("plans.deadline") == ["Voice", "Voice"]


def test_a_notice_is_shown_to_who_reads_the_consultation_as_the_pages_have_it(
    consultation: Consultation, cast: Cast, voice: Person
) -> None:
    people = {**cast.everyone(), "voice": voice}
    pairs = [
        (person.pk, f"consultation:{pk}{rest}")
        for person in people.values()
        for pk, rest in ((consultation.pk, ""), (consultation.pk, ":2012-06-30T18:00"), (2**62, ""))
    ]
    for _state in range(2):
        standings = standings_of(person.pk for person in people.values())
        readers = {pk for pk, standing in standings.items() if Consultation.objects.visible_to(standing).exists()}
        assert consultation_readers(pairs) == {
            pair for pair in pairs if pair[0] in readers and not pair[1].endswith(str(2**62))
        }
        withdraw_consultation(consultation=consultation, person=cast.coordinator)
    assert voice.pk not in readers


def read_by(person: Person) -> list[str]:
    return [view.words for view in notices_page(person.pk, unread_only=False).notices]


def test_leaders_hear_what_a_region_says_until_it_says_something_else(
    consultation: Consultation, cast: Cast, voice: Person, lombardy: Region, silesia: Region
) -> None:
    said = [(Position.OBJECTS, "Too little water."), (Position.RESERVES, "Mind the water."), (Position.ENDORSES, "")]
    for position, text in said:
        for _time in range(2):
            speak_for_region(consultation=consultation, region=lombardy, person=voice, position=position, text=text)
        assert set(heard("plans.region_spoke")) == {"Coordinator", "Deputy"}
    assert Notice.objects.filter(kind="plans.region_spoke").count() == 6
    assert read_by(cast.deputy) == ["Lombardy endorses “For the regions”; Voice spoke for it."]
    speak_for_region(
        consultation=consultation, region=silesia, person=cast.agency, position=Position.OBJECTS, text="No barns."
    )
    assert read_by(cast.coordinator)[0] == "Silesia objects to “For the regions”; Agency spoke for it."
    notice = Notice.objects.first()
    assert notice is not None
    assert notice.url == "/groups/agrifood/plan/consultation/1/#region-PL22"
    assert "barns" not in str(notice.facts)
    remove_member(membership=Membership.objects.current().get(person=cast.deputy), by=cast.secretariat)
    assert read_by(cast.deputy) == [
        "Secretariat removed you from Agrifood. What you wrote there stays, with your name."
    ]


def test_a_section_is_told_to_whom_it_is_given_as_long_as_it_is_theirs(
    sections: list[Section], cast: Cast, plan: StrategicPlan
) -> None:
    section = sections[1]
    told = f"Coordinator gave you the section “{section.heading}” of the plan (Agrifood) to see to."

    def give(assignee: Person | None) -> None:
        assign_section(section=section, person=cast.coordinator, assignee=assignee)

    give(cast.agency)
    give(cast.agency)
    assert (read_by(cast.agency), read_by(cast.partner)) == ([told], [])
    assert Notice.objects.get().url == f"/groups/agrifood/plan/?section={section.id}"
    give(cast.partner)
    assert (read_by(cast.agency), read_by(cast.partner)) == ([], [told])
    give(None)
    give(cast.coordinator)
    assert Notice.objects.filter(kind="plans.section_assigned").count() == 2
    give(cast.agency)
    assert (read_by(cast.agency), read_by(cast.partner)) == ([told, told], [])
    remove_section(section=section, person=cast.coordinator)
    assert read_by(cast.agency) == []
