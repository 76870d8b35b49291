"""A region speaks through its mandate holder; a later word replaces an earlier one, and the record keeps both."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from groups.domain.offices import give_mandate
from groups.models import Person, Region
from live.queries import events_after
from plans.domain.consultations import open_consultation, withdraw_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.versions import freeze_version
from plans.enums import Position
from plans.models import Consultation, Endorsement, StrategicPlan
from tests.conftest import Cast


@pytest.fixture
def consultation(plan: StrategicPlan, cast: Cast) -> Consultation:
    version = freeze_version(plan=plan, person=cast.coordinator, name="For the regions")
    return open_consultation(version=version, person=cast.coordinator, deadline=timezone.now() + timedelta(days=9))


@pytest.fixture
def voice(cast: Cast, lombardy: Region) -> Person:
    """Speaks for Lombardy and is in no group."""
    person = Person.objects.create_user("voice@cast.example", "a long password", name="Voice")
    give_mandate(person=person, region=lombardy, by=cast.secretariat)
    return person


def words(consultation: Consultation) -> list[tuple[str, str, str, str, bool]]:
    return [
        (word.region.code, word.person.name, word.position, word.text, word.replaced_at is None)
        for word in consultation.endorsements.select_related("region", "person")
    ]


def test_a_later_word_replaces_an_earlier_one_and_the_record_keeps_both(
    consultation: Consultation, cast: Cast, silesia: Region
) -> None:
    for position, text in (
        (Position.OBJECTS, "No budget"),
        (Position.RESERVES, " Only\r\n*with* apples "),
        ("endorses", ""),
    ):
        word, is_new = speak_for_region(
            consultation=consultation, region=silesia, person=cast.agency, position=Position(position), text=text
        )
        assert is_new
        assert (word.digest, word.organisation) == (consultation.digest, cast.agency.organisation)
    assert words(consultation) == [
        ("PL22", "Agency", "objects", "No budget", False),
        ("PL22", "Agency", "reserves", "Only\n*with* apples", False),
        ("PL22", "Agency", "endorses", "", True),
    ]
    replaced = [word.replaced_at for word in consultation.endorsements.all()]
    said = [word.said_at for word in consultation.endorsements.all()]
    assert replaced == [*said[1:], None]


def test_the_same_word_again_is_no_second_one(consultation: Consultation, cast: Cast, silesia: Region) -> None:
    said = {"consultation": consultation, "region": silesia, "person": cast.agency, "position": Position.RESERVES}
    first, first_is_new = speak_for_region(**said, text="Apples")
    again, again_is_new = speak_for_region(**said, text=" Apples\r\n")
    assert (first_is_new, again_is_new) == (True, False)
    assert first == again
    spoken = [event for event in events_after(stream="plan:agrifood", after=0).events if event.name == "region.spoke"]
    assert [event.data for event in spoken] == [
        {"number": 1, "region": "PL22", "position": "reserves", "digest": consultation.digest}
    ]


def test_who_takes_over_a_mandate_speaks_from_then_on_and_the_word_said_before_stands(
    consultation: Consultation, cast: Cast, silesia: Region
) -> None:
    speak_for_region(consultation=consultation, region=silesia, person=cast.agency, position=Position.ENDORSES)
    give_mandate(person=cast.outsider, region=silesia, by=cast.secretariat)
    with pytest.raises(PermissionDenied):
        speak_for_region(
            consultation=consultation, region=silesia, person=cast.agency, position=Position.OBJECTS, text="Mine"
        )
    assert words(consultation) == [("PL22", "Agency", "endorses", "", True)]
    speak_for_region(consultation=consultation, region=silesia, person=cast.outsider, position=Position.ENDORSES)
    assert [(who, current) for _code, who, _position, _text, current in words(consultation)] == [
        ("Agency", False),
        ("Outsider", True),
    ]


BAD = {
    "a yes with a text": (Position.ENDORSES, "but"),
    "a reservation without": (Position.RESERVES, ""),
    "a reservation of nothing to see": (Position.RESERVES, " \n\u200b\u2060 "),
    "an objection without": (Position.OBJECTS, " "),
    "NUL": (Position.OBJECTS, "a\x00"),
    "half a character": (Position.OBJECTS, "\ud800"),
    "too long": (Position.OBJECTS, "x" * 10_001),
    "endless": (Position.RESERVES, "x" * 10**6),
}


@pytest.mark.parametrize("name", BAD)
def test_a_word_that_says_too_little_or_too_much_is_refused_at_its_text(
    name: str, consultation: Consultation, cast: Cast, silesia: Region
) -> None:
    position, text = BAD[name]
    with pytest.raises(ValidationError) as refused:
        speak_for_region(consultation=consultation, region=silesia, person=cast.agency, position=position, text=text)
    assert list(refused.value.message_dict) == ["text"]
    assert words(consultation) == []


def test_nobody_else_speaks_for_a_region(
    consultation: Consultation, cast: Cast, voice: Person, silesia: Region, lombardy: Region
) -> None:
    for who, person in {**cast.everyone(), "voice": voice}.items():
        for region, holder in ((silesia, "agency"), (lombardy, "voice")):
            if who == holder:
                speak_for_region(consultation=consultation, region=region, person=person, position=Position.ENDORSES)
                continue
            with pytest.raises(PermissionDenied):
                speak_for_region(consultation=consultation, region=region, person=person, position=Position.ENDORSES)
    assert [(code, who) for code, who, *_rest in words(consultation)] == [("PL22", "Agency"), ("ITC4", "Voice")]


def test_on_what_was_withdrawn_nobody_speaks(
    consultation: Consultation, cast: Cast, voice: Person, silesia: Region, lombardy: Region
) -> None:
    withdraw_consultation(consultation=consultation, person=cast.coordinator)
    with pytest.raises(ValidationError, match="takes no more words"):
        speak_for_region(consultation=consultation, region=silesia, person=cast.agency, position=Position.ENDORSES)
    with pytest.raises(PermissionDenied):
        speak_for_region(consultation=consultation, region=lombardy, person=voice, position=Position.ENDORSES)


@pytest.mark.parametrize(
    "fields",
    [
        {"position": "reserves"},
        {"position": "objects"},
        {"position": "endorses", "text": "but"},
        {"position": "perhaps", "text": "x"},
        {"position": "", "text": "x"},
    ],
    ids=repr,
)
def test_the_database_itself_refuses_a_word_without_what_it_needs(
    fields: dict[str, str], consultation: Consultation, cast: Cast, silesia: Region
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(
            consultation=consultation, region=silesia, person=cast.agency, digest=consultation.digest, **fields
        )


def test_the_database_itself_refuses_a_second_current_word(
    consultation: Consultation, cast: Cast, silesia: Region
) -> None:
    word, _new = speak_for_region(
        consultation=consultation, region=silesia, person=cast.agency, position=Position.ENDORSES
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(
            consultation=consultation,
            region=silesia,
            person=cast.agency,
            digest=consultation.digest,
            position=Position.ENDORSES,
        )
    word.text = "Other"
    with pytest.raises(TypeError):
        word.save()


@pytest.mark.django_db(transaction=True)
def test_a_region_that_speaks_twice_at_once_has_one_current_word(
    consultation: Consultation, cast: Cast, silesia: Region
) -> None:
    texts = [f"Reason {number}" for number in range(4)]
    barrier = threading.Barrier(len(texts))
    failures: list[BaseException] = []

    def speak(text: str) -> None:
        try:
            barrier.wait(60)
            speak_for_region(
                consultation=consultation, region=silesia, person=cast.agency, position=Position.OBJECTS, text=text
            )
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=speak, args=[text]) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    said = words(consultation)
    assert sorted(text for _code, _who, _position, text, _current in said) == texts
    assert [current for *_rest, current in said] == [False, False, False, True]
