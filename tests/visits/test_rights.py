"""Who may do what with a study visit: the table, apart from the code, tried with everybody on every function."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from groups.models import Membership, Person, WorkingGroup
from groups.standing import PUBLIC, standing_of
from tests.conftest import Cast
from tests.visits.conftest import image
from visits.domain.lessons import LessonText, delete_lesson, edit_lesson, write_lesson
from visits.domain.log import EntryText, delete_entry, edit_entry, log_entry
from visits.domain.participation import add_participant, join_visit, remove_participant
from visits.domain.planning import VisitPlan, edit_visit, plan_visit
from visits.domain.stories import StoryText, publish_story, withdraw_story, write_story
from visits.models import LogEntry, StudyVisit
from visits.queries import visit_for
from visits.queries.access import may_read_photo, stream_readers

LEADERS = {"coordinator", "deputy"}
WRITERS = LEADERS | {"agency", "partner"}
READERS = WRITERS | {"observer", "secretariat", "director"}
ATTENDING = {"agency", "partner"}

LESSON = LessonText(title="Share a dryer", observed_practice="Nine farms share one.")
STORY = StoryText(title="Nine farms, one dryer", teaser="What we saw.", source="It works.")

MAY = {
    "read": READERS,
    "plan": LEADERS,
    "edit": LEADERS,
    "join": WRITERS,
    "add a participant": LEADERS,
    "remove a participant": LEADERS,
    "leave": READERS,
    "log": ATTENDING,
    "edit the partner's entry": {"partner"},
    "delete the partner's entry": LEADERS | {"partner", "secretariat"},
    "write a lesson": ATTENDING | LEADERS,
    "edit the partner's lesson": LEADERS | {"partner"},
    "delete the partner's lesson": LEADERS | {"partner", "secretariat"},
    "write the story": LEADERS,
    "publish the story": LEADERS,
    "withdraw the story": LEADERS | {"secretariat"},
}


@pytest.mark.parametrize("verb", MAY)
def test_each_person_may_do_what_the_table_says_and_nothing_else(
    verb: str, cast: Cast, visit: StudyVisit, plan_of: Callable[..., VisitPlan], log: Callable[..., LogEntry]
) -> None:
    entry = log("The partner's.")
    lesson = write_lesson(visit=visit, by=cast.partner, lesson=LESSON)
    write_story(visit=visit, by=cast.coordinator, text=STORY)
    publish_story(visit=visit, by=cast.coordinator)
    text = EntryText(source="Seen.")

    def attempt(person: Person) -> None:
        match verb:
            case "read":
                if not StudyVisit.objects.visible_to(standing_of(person)).filter(pk=visit.pk).exists():
                    raise PermissionDenied
            case "plan":
                plan_visit(working_group=visit.working_group, by=person, plan=plan_of())
            case "edit":
                edit_visit(visit=visit, by=person, plan=plan_of())
            case "join":
                join_visit(visit=visit, by=person)
            case "add a participant":
                add_participant(visit=visit, person=cast.observer, by=person)
            case "remove a participant":
                remove_participant(visit=visit, person=cast.deputy, by=person)
            case "leave":
                remove_participant(visit=visit, person=person, by=person)
            case "log":
                log_entry(visit=visit, by=person, text=text)
            case "edit the partner's entry":
                edit_entry(entry=entry, by=person, text=text)
            case "delete the partner's entry":
                delete_entry(entry=log("Another of the partner's."), by=person)
            case "write a lesson":
                write_lesson(visit=visit, by=person, lesson=LESSON)
            case "edit the partner's lesson":
                edit_lesson(lesson=lesson, by=person, text=LESSON)
            case "delete the partner's lesson":
                delete_lesson(lesson=write_lesson(visit=visit, by=cast.partner, lesson=LESSON), by=person)
            case "write the story":
                write_story(visit=visit, by=person, text=STORY)
            case "publish the story":
                publish_story(visit=visit, by=person)
            case "withdraw the story":
                withdraw_story(visit=visit, by=person)

    may = set()
    for name, person in cast.everyone().items():
        try:
            attempt(person)
        except PermissionDenied:
            continue
        may.add(name)
        if verb == "leave" and name in ATTENDING:
            add_participant(visit=visit, person=person, by=cast.coordinator)
    assert may == MAY[verb]


def test_the_public_sees_no_visit(visit: StudyVisit) -> None:
    assert not StudyVisit.objects.visible_to(PUBLIC).exists()
    with pytest.raises(StudyVisit.DoesNotExist):
        visit_for(PUBLIC, visit.pk)


def test_whoever_attends_but_was_removed_from_the_group_writes_no_more_and_keeps_their_name(
    cast: Cast, visit: StudyVisit, log: Callable[..., LogEntry], agrifood: WorkingGroup
) -> None:
    entry = log("Before.")
    Membership.objects.filter(person=cast.partner, working_group=agrifood).update(ended_at=visit.planned_at)
    for refused in (
        lambda: log_entry(visit=visit, by=cast.partner, text=EntryText(source="After.")),
        lambda: edit_entry(entry=entry, by=cast.partner, text=EntryText(source="After.")),
        lambda: delete_entry(entry=entry, by=cast.partner),
        lambda: write_lesson(visit=visit, by=cast.partner, lesson=LESSON),
        lambda: remove_participant(visit=visit, person=cast.partner, by=cast.partner),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    assert LogEntry.objects.get().author == cast.partner
    assert LogEntry.objects.get().source == "Before."


def test_an_observer_who_is_on_the_list_still_writes_nothing(cast: Cast, visit: StudyVisit) -> None:
    add_participant(visit=visit, person=cast.observer, by=cast.coordinator)
    with pytest.raises(PermissionDenied):
        log_entry(visit=visit, by=cast.observer, text=EntryText(source="I was there too."))


def test_the_stream_is_read_by_those_who_read_the_log(cast: Cast, visit: StudyVisit) -> None:
    people = cast.everyone()
    keys = [str(visit.pk), "0", "-1", "abc", "", "9" * 40, f"0{visit.pk}", "²"]
    pairs = [(person.pk, key) for person in people.values() for key in keys]
    assert stream_readers(pairs) == {(people[name].pk, str(visit.pk)) for name in READERS}


def test_a_photo_of_the_log_is_seen_by_those_who_read_the_log(
    cast: Cast, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    key = str(log("A photo.", "The dryer").photos.get().key)
    seen = {name for name, person in cast.everyone().items() if may_read_photo(person.pk, key)}
    assert seen == READERS
    assert not may_read_photo(None, key)
    for strange in ("", "abc", "0" * 32, "\x00", "9" * 400):
        assert not may_read_photo(cast.coordinator.pk, strange)


def test_nobody_is_spared_the_check_of_a_photo_before_it_is_stored(cast: Cast, visit: StudyVisit) -> None:
    class Unread(SimpleUploadedFile):
        def read(self, *_sizes: object) -> bytes:
            raise AssertionError("the upload of somebody who may not log was read")

    from visits.domain.photos import NewPhoto

    photo = NewPhoto(upload=Unread("photo.jpg", image().read()))
    with pytest.raises(PermissionDenied):
        log_entry(visit=visit, by=cast.outsider, text=EntryText(source=""), photos=[photo])
