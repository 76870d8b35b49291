"""What a visit taught: who saw it, how strong the evidence is, and what was changed about it since."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from groups.models import Person
from tests.conftest import Cast
from visits.domain.lessons import LessonText, edit_lesson, write_lesson
from visits.domain.stories import StoryText, publish_story, write_story
from visits.enums import Evidence
from visits.models import Lesson, StudyVisit

ClientOf = Callable[[Person | None], Client]


def lesson(**changes: object) -> LessonText:
    return LessonText(**({"title": "Share a dryer", "observed_practice": "Nine farms share one."} | changes))  # type: ignore[arg-type]


def witnesses(written: Lesson) -> set[str]:
    return {person.name for person in written.seen_by.all()}


def test_the_evidence_follows_from_who_saw_it_and_whether_it_was_measured(visit: StudyVisit, cast: Cast) -> None:
    both = (cast.partner.pk, cast.agency.pk)
    for changes, expected, seen_by in (
        ({}, Evidence.ONE, {"Partner"}),
        ({"seen_by": (cast.agency.pk,)}, Evidence.ONE, {"Agency"}),
        ({"seen_by": both}, Evidence.SEVERAL, {"Partner", "Agency"}),
        ({"seen_by": both, "figures_source": "The hall's books, 2011"}, Evidence.MEASURED, {"Partner", "Agency"}),
    ):
        written = write_lesson(visit=visit, by=cast.partner, lesson=lesson(**changes))
        assert (written.evidence, witnesses(written)) == (expected, seen_by)


def test_only_who_took_part_can_have_seen_it_and_who_left_since_still_has(visit: StudyVisit, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        write_lesson(visit=visit, by=cast.partner, lesson=lesson(seen_by=(cast.partner.pk, cast.outsider.pk)))
    assert refused.value.message_dict == {"seen_by": ["Only who takes part in the visit can have seen it."]}
    both = lesson(seen_by=(cast.partner.pk, cast.agency.pk))
    written = write_lesson(visit=visit, by=cast.partner, lesson=both)
    visit.participants.filter(person=cast.agency).delete()
    assert witnesses(edit_lesson(lesson=written, by=cast.partner, text=both)) == {"Partner", "Agency"}


def test_an_edited_lesson_keeps_what_it_said_with_who_wrote_it(
    visit: StudyVisit, cast: Cast, client_of: ClientOf
) -> None:
    written = write_lesson(visit=visit, by=cast.partner, lesson=lesson(text="At *first*."))
    edit_lesson(lesson=written, by=cast.deputy, text=lesson(title="Share more", text="Then."))
    edit_lesson(lesson=written, by=cast.partner, text=lesson(title="Share all", text="Now."))
    assert [(kept.number, kept.title, kept.written_by.name) for kept in written.revisions.all()] == [
        (1, "Share more", "Deputy"),
        (0, "Share a dryer", "Partner"),
    ]
    page = client_of(cast.observer).get(f"/visits/lessons/{written.pk}/history/").content.decode()
    places = [page.index(words) for words in ("Now.", "Then.", "At <em>first</em>.")]
    assert places == sorted(places)
    assert client_of(cast.outsider).get(f"/visits/lessons/{written.pk}/history/").status_code == 404


@pytest.mark.parametrize("transfer", ["certainly", "x" * 1000, "\x00"])
def test_an_answer_that_is_not_offered_is_refused(
    transfer: str, visit: StudyVisit, cast: Cast, client_of: ClientOf
) -> None:
    with pytest.raises(ValidationError, match="Choose one of the answers"):
        write_lesson(visit=visit, by=cast.partner, lesson=lesson(transfer=transfer))
    form = {"title": "Share", "observed_practice": "One dryer.", "transfer": transfer, "seen_by": ["x", str(2**70)]}
    assert client_of(cast.partner).post(f"/visits/{visit.pk}/lessons/new/", form).status_code == 422
    assert not Lesson.objects.exists()


def test_a_lesson_says_its_evidence_on_the_visit_and_without_names_in_the_story(
    visit: StudyVisit, cast: Cast, client_of: ClientOf
) -> None:
    form = {
        "title": "Share a dryer",
        "observed_practice": "One dryer.",
        "transfer": "adapted",
        "seen_by": [cast.partner.pk, cast.agency.pk],
        "figures_source": "The hall's books, 2011",
        "is_public": "on",
    }
    assert client_of(cast.partner).post(f"/visits/{visit.pk}/lessons/new/", form).status_code == 302
    inside = client_of(cast.observer).get(f"/visits/{visit.pk}/").content.decode()
    for words in ("Measured (The hall&#x27;s books, 2011)", "Agency (Silesia)", "Would work at home with changes"):
        assert words in inside
    write_story(visit=visit, by=cast.deputy, text=StoryText(title="Nine farms", teaser="Seen.", source="It works."))
    publish_story(visit=visit, by=cast.deputy)
    outside = client_of(None).get(f"/visits/{visit.pk}/story/").content.decode()
    assert "Measured (The hall&#x27;s books, 2011)" in outside
    assert "Would work at home with changes" in outside
    assert "Partner" not in outside.partition("<main")[2]
