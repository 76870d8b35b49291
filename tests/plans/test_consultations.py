"""A version is put to the regions until a deadline; leaders end and withdraw that, the secretariat may give time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.models import Person
from live.queries import events_after
from plans.domain import consultations
from plans.domain.consultations import close_consultation, open_consultation, set_deadline, withdraw_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.versions import draft_digest, freeze_version
from plans.enums import Position
from plans.models import Consultation, Section, StrategicPlan, Version
from tests.conftest import Cast
from tests.plans.conftest import Write

SOON = timedelta(days=14)


@pytest.fixture
def frozen(plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write) -> Version:
    write(sections[0], "The beginning of it all.", cast.partner)
    return freeze_version(plan=plan, person=cast.coordinator, name="For the regions")


@pytest.fixture
def consultation(frozen: Version, cast: Cast) -> Consultation:
    return open_consultation(version=frozen, person=cast.deputy, deadline=timezone.now() + SOON)


def next_version(plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write, place: int = 1) -> Version:
    write(sections[place], f"More in {place}", cast.partner)
    return freeze_version(plan=plan, person=cast.coordinator, name=f"With section {place}")


def trace(consultation: Consultation) -> list[tuple[str, str, str]]:
    return [(step.step, step.by.name, step.note) for step in consultation.steps.select_related("by")]


def is_over(consultation: Consultation) -> None:
    Consultation.objects.filter(pk=consultation.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    consultation.refresh_from_db()


def test_a_consultation_is_bound_to_its_versions_hash_and_asked_once(consultation: Consultation, cast: Cast) -> None:
    assert consultation.digest == consultation.version.digest
    assert consultation.takes_words
    deadline = consultation.deadline
    again = open_consultation(version=consultation.version, person=cast.coordinator, deadline=deadline)
    assert again == consultation
    assert trace(consultation) == [("opened", "Deputy", "")]
    with pytest.raises(ValidationError, match="asked about this version already"):
        open_consultation(version=consultation.version, person=cast.coordinator, deadline=deadline + SOON)


def test_what_was_done_to_it_is_told_and_kept(consultation: Consultation, cast: Cast) -> None:
    later = consultation.deadline + SOON
    for _time in range(2):
        set_deadline(consultation=consultation, person=cast.secretariat, deadline=later, note=" More  time ")
    for _time in range(2):
        close_consultation(consultation=consultation, person=cast.coordinator, note="All have spoken")
    set_deadline(consultation=consultation, person=cast.secretariat, deadline=later)
    for _time in range(2):
        withdraw_consultation(consultation=consultation, person=cast.coordinator, note="Wrong annex")
    assert trace(consultation) == [
        ("opened", "Deputy", ""),
        ("deadline", "Secretariat", "More time"),
        ("closed", "Coordinator", "All have spoken"),
        ("reopened", "Secretariat", ""),
        ("withdrawn", "Coordinator", "Wrong annex"),
    ]
    events = events_after(stream="plan:agrifood", after=1, limit=99).events
    assert [(event.name, event.data["state"]) for event in events] == [
        ("consultation.opened", "open"),
        ("consultation.changed", "open"),
        ("consultation.changed", "closed"),
        ("consultation.changed", "open"),
        ("consultation.changed", "withdrawn"),
    ]
    assert events[1].data == {
        "number": 1,
        "digest": consultation.digest,
        "state": "open",
        "deadline": later.isoformat(),
    }
    with pytest.raises(ValidationError, match="was withdrawn"):
        set_deadline(consultation=consultation, person=cast.coordinator, deadline=later + SOON)


@pytest.mark.parametrize("days", [-1, 0, 732, 10**6])
def test_a_deadline_lies_ahead_and_not_too_far(
    days: int, frozen: Version, consultation: Consultation, cast: Cast
) -> None:
    deadline = timezone.now() + timedelta(days=days)
    with pytest.raises(ValidationError) as refused:
        set_deadline(consultation=consultation, person=cast.coordinator, deadline=deadline)
    assert list(refused.value.message_dict) == ["deadline"]
    withdraw_consultation(consultation=consultation, person=cast.coordinator)
    with pytest.raises(ValidationError) as refused:
        open_consultation(
            version=freeze_version(plan=frozen.plan, person=cast.coordinator, name="Again"),
            person=cast.coordinator,
            deadline=deadline,
        )
    assert list(refused.value.message_dict) == ["deadline"]


@pytest.mark.parametrize("note", ["x" * 501, "x" * 10**6, "a\x00", "\ud800"], ids=["long", "endless", "NUL", "half"])
def test_a_note_can_be_stored(note: str, consultation: Consultation, cast: Cast) -> None:
    for change in (close_consultation, withdraw_consultation):
        with pytest.raises(ValidationError) as refused:
            change(consultation=consultation, person=cast.coordinator, note=note)
        assert list(refused.value.message_dict) == ["note"]
    assert trace(consultation) == [("opened", "Deputy", "")]


def test_a_newer_version_takes_the_place_of_the_one_that_is_open(
    consultation: Consultation, plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    second = next_version(plan, sections, cast, write)
    newer = open_consultation(version=second, person=cast.coordinator, deadline=timezone.now() + SOON)
    consultation.refresh_from_db()
    assert (consultation.state, newer.state) == ("superseded", "open")
    assert [step for step, _by, _note in trace(consultation)] == ["opened", "superseded"]
    for change in (
        lambda: set_deadline(consultation=consultation, person=cast.coordinator, deadline=newer.deadline + SOON),
        lambda: withdraw_consultation(consultation=consultation, person=cast.coordinator),
    ):
        with pytest.raises(ValidationError, match="A newer version has been put"):
            change()


def test_the_same_text_is_not_asked_about_twice_nor_an_older_one_after_a_newer(
    consultation: Consultation, plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    same = freeze_version(plan=plan, person=cast.coordinator, name="The same")
    with pytest.raises(ValidationError, match="exactly this text"):
        open_consultation(version=same, person=cast.coordinator, deadline=timezone.now() + SOON)
    third = next_version(plan, sections, cast, write)
    open_consultation(version=third, person=cast.coordinator, deadline=timezone.now() + SOON)
    with pytest.raises(ValidationError, match="about a newer version"):
        open_consultation(version=same, person=cast.coordinator, deadline=timezone.now() + SOON)
    withdraw_consultation(consultation=third.consultation, person=cast.coordinator)
    with pytest.raises(ValidationError, match="exactly this text"):
        open_consultation(version=same, person=cast.coordinator, deadline=timezone.now() + SOON)
    assert Consultation.objects.count() == 2


def test_what_was_closed_stays_closed_once_a_newer_version_is_asked_about(
    consultation: Consultation, plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    close_consultation(consultation=consultation, person=cast.coordinator)
    second = next_version(plan, sections, cast, write)
    open_consultation(version=second, person=cast.coordinator, deadline=timezone.now() + SOON)
    with pytest.raises(ValidationError, match="A newer version"):
        set_deadline(consultation=consultation, person=cast.secretariat, deadline=timezone.now() + SOON)


def test_the_database_itself_allows_one_open_consultation(
    consultation: Consultation, plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    second = next_version(plan, sections, cast, write)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.create(
            plan=plan, version=second, digest=second.digest, deadline=timezone.now(), opened_by=cast.coordinator
        )


def test_a_draft_that_moves_on_has_another_hash(
    consultation: Consultation, plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    assert draft_digest(plan) == consultation.digest
    write(sections[2], "Later", cast.partner)
    assert draft_digest(plan) != consultation.digest


def changes(frozen: Version, consultation: Consultation) -> dict[str, Callable[[Person], object]]:
    later = consultation.deadline + SOON
    return {
        "open": lambda person: open_consultation(version=frozen, person=person, deadline=later),
        "deadline": lambda person: set_deadline(consultation=consultation, person=person, deadline=later),
        "close": lambda person: close_consultation(consultation=consultation, person=person),
        "withdraw": lambda person: withdraw_consultation(consultation=consultation, person=person),
    }


NOT_LEADING = ["agency", "partner", "observer", "outsider", "other_coordinator", "secretariat", "director", "removed"]


@pytest.mark.parametrize("who", [*NOT_LEADING, "deactivated"])
def test_only_leaders_consult_and_only_they_and_the_secretariat_set_deadlines(
    who: str, frozen: Version, consultation: Consultation, cast: Cast
) -> None:
    for name, change in changes(frozen, consultation).items():
        if (who, name) == ("secretariat", "deadline"):
            change(getattr(cast, who))
            continue
        with pytest.raises(PermissionDenied):
            change(getattr(cast, who))
    assert consultations.Consultation.objects.get().state == "open"


def test_after_the_deadline_no_word_is_taken_until_there_is_more_time(
    consultation: Consultation, cast: Cast, silesia: object
) -> None:
    region = cast.agency.mandates.get().region
    is_over(consultation)
    with pytest.raises(ValidationError, match="takes no more words"):
        speak_for_region(
            consultation=consultation, region=region, person=cast.agency, position=Position.OBJECTS, text="Late"
        )
    set_deadline(consultation=consultation, person=cast.secretariat, deadline=timezone.now() + SOON)
    speak_for_region(consultation=consultation, region=region, person=cast.agency, position=Position.OBJECTS, text="In")
    close_consultation(consultation=consultation, person=cast.coordinator)
    with pytest.raises(ValidationError, match="takes no more words"):
        speak_for_region(consultation=consultation, region=region, person=cast.agency, position=Position.ENDORSES)
    assert [word.text for word in consultation.endorsements.all()] == ["In"]
