"""Two people save the same thing: the second one is told, keeps what they typed, and can then save it."""

from collections.abc import Callable
from datetime import time

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from groups.models import Person, Region
from tests.conftest import Cast
from tests.visits.conftest import image, today
from tests.visits.test_plan_form import form_of_plan
from tests.visits.test_rights import LESSON, STORY
from visits.domain.lessons import edit_lesson, write_lesson
from visits.domain.log import EntryText, edit_entry
from visits.domain.photos import NewPhoto
from visits.domain.planning import ProgrammeLine, VisitPlan, edit_visit
from visits.domain.stories import write_story
from visits.models import LogEntry, StudyVisit

ClientOf = Callable[[Person | None], Client]


def save_twice(client: Client, address: str, form: dict[str, object]) -> None:
    """The first attempt is told that it was overtaken; what its page then holds is sent as it stands."""
    overtaken = client.post(address, form)
    assert overtaken.status_code == 422
    assert "Somebody else saved a change" in overtaken.content.decode()
    shown = overtaken.context["forms"].visit_form if "forms" in overtaken.context else overtaken.context["form"]
    for name in form.keys() & shown.fields.keys() - {"revision"}:
        assert str(shown[name].value()) == str(form[name]), name
    again = client.post(address, form | {"revision": shown["revision"].value()})
    assert again.status_code == 302


def fresh(row: Model) -> Model:
    return type(row)._default_manager.get(pk=row.pk)


def test_a_plan_that_was_overtaken_is_saved_at_the_second_attempt_with_every_line(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, silesia: Region, plan_of: Callable[..., VisitPlan]
) -> None:
    form = form_of_plan(silesia, revision=visit.revision)
    line = ProgrammeLine(day=today(), starts_at=time(9), ends_at=time(10, 30), title="Orchard")
    edit_visit(visit=visit, by=cast.deputy, plan=plan_of(title="The deputy's", programme=(line,)))
    save_twice(client_of(cast.coordinator), reverse("visits:edit", args=[visit.pk]), form)
    assert str(fresh(visit)) == "Orchard days"
    assert [item.title for item in visit.programme.all()] == ["Orchard"]


def test_a_lesson_that_was_overtaken_is_saved_at_the_second_attempt(
    cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    lesson = write_lesson(visit=visit, by=cast.partner, lesson=LESSON)
    form: dict[str, object] = {"title": "Mine", "observed_practice": "My words.", "revision": lesson.revision}
    edit_lesson(lesson=lesson, by=cast.deputy, text=LESSON)
    save_twice(client_of(cast.partner), reverse("visits:edit-lesson", args=[lesson.pk]), form)
    assert str(fresh(lesson)) == "Mine"


@pytest.mark.parametrize("asked", ["save", "publish"])
def test_a_story_that_was_overtaken_is_saved_at_the_second_attempt(
    asked: str, cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    form: dict[str, object] = {"title": "Mine", "teaser": "Short.", "source": "My words.", "revision": 0, "do": asked}
    story = write_story(visit=visit, by=cast.deputy, text=STORY)
    save_twice(client_of(cast.coordinator), reverse("visits:edit-story", args=[visit.pk]), form)
    assert str(fresh(story)) == "Mine"


def test_an_entry_that_was_overtaken_is_saved_at_the_second_attempt_and_keeps_the_photo_that_came_meanwhile(
    cast: Cast, client_of: ClientOf, log: Callable[..., LogEntry]
) -> None:
    entry = log("First.", "One")
    form: dict[str, object] = {"source": "Mine.", "revision": entry.revision}
    form[f"description-{entry.photos.get().pk}"] = "The first"
    two = NewPhoto(upload=image("blue"), description="Two")
    edit_entry(entry=entry, by=cast.partner, text=EntryText(source="Theirs."), photos=[two])
    save_twice(client_of(cast.partner), reverse("visits:edit-entry", args=[entry.pk]), form)
    entry.refresh_from_db()
    assert (entry.source, entry.revision) == ("Mine.", 2)
    assert [photo.description for photo in entry.photos.all()] == ["The first", "Two"]
