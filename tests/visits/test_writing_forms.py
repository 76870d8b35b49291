"""Lessons and the story, written through their forms."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from groups.models import Person
from tests.conftest import Cast
from tests.visits.test_rights import STORY
from visits.domain.stories import write_story
from visits.models import Lesson, LogEntry, Story, StudyVisit

ClientOf = Callable[[Person | None], Client]


def test_a_lesson_is_written_and_edited_through_its_form(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    client = client_of(cast.partner)
    address = reverse("visits:new-lesson", args=[visit.pk])
    missing = client.post(address, {"title": "Share", "observed_practice": "", "text": "Kept."}).content.decode()
    assert "This field is required." in missing
    assert "Kept." in missing
    assert client.post(address, {"title": "Share", "observed_practice": "One dryer."}).status_code == 302
    lesson = Lesson.objects.get()
    edited = {"title": "Share more", "observed_practice": "One dryer.", "is_public": "on", "revision": "0"}
    assert client.post(reverse("visits:edit-lesson", args=[lesson.pk]), edited).status_code == 302
    again = client.post(reverse("visits:edit-lesson", args=[lesson.pk]), edited)
    assert "Somebody else saved a change" in again.content.decode()
    lesson.refresh_from_db()
    assert (lesson.title, lesson.is_public, lesson.revision) == ("Share more", True, 1)


def test_a_lesson_that_is_sent_twice_is_written_once(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    client = client_of(cast.partner)
    address = reverse("visits:new-lesson", args=[visit.pk])
    key = client.get(address).context["form"]["idempotency_key"].value()
    form = {"title": "Share", "observed_practice": "One dryer.", "idempotency_key": key}
    assert [client.post(address, form).status_code for _attempt in range(2)] == [302, 302]
    lesson = Lesson.objects.get()
    other = client.post(address, form | {"title": "Something else"})
    assert other.status_code == 422
    assert reverse("visits:edit-lesson", args=[lesson.pk]) in other.content.decode()
    assert Lesson.objects.get() == lesson


def test_a_story_is_previewed_without_being_saved_then_saved_and_published(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    photo = log("Seen.", "The dryer").photos.get()
    client = client_of(cast.deputy)
    address = reverse("visits:edit-story", args=[visit.pk])
    form = {
        "title": "Nine farms",
        "teaser": "Seen.",
        "source": f"So *it* works.\n\n[photo {photo.pk}]",
        "revision": "0",
    }
    preview = client.post(address, form | {"do": "preview"}).content.decode()
    assert "So <em>it</em> works." in preview
    assert "<figure" in preview
    assert "The log has no photo" not in preview
    warned = client.post(address, form | {"source": "Words.\n\n[photo 999]", "do": "preview"}).content.decode()
    assert "The log has no photo of this number, so the story does not show it: 999." in warned
    assert not Story.objects.exists()
    wrong = client.post(address, form | {"source": "Kept words.\n\n[photo 999999]", "do": "publish"}).content.decode()
    assert "The log has no such photo: [photo 999999]." in wrong
    assert "Kept words." in wrong
    assert client.post(address, form | {"do": "save"}).status_code == 302
    assert not StudyVisit.objects.filter(published_story__isnull=False).exists()
    answer = client.post(address, form | {"revision": "1", "do": "publish"})
    question = reverse("visits:publish-story", args=[visit.pk])
    assert answer.headers["Location"] == question
    asked = client.get(question).content.decode()
    assert "Publish “Nine farms”?" in asked
    assert "The story with 1 photo of the log." in asked
    assert not StudyVisit.objects.filter(published_story__isnull=False).exists()
    assert client.post(question).headers["Location"] == reverse("visits:story", args=[visit.pk])
    assert StudyVisit.objects.filter(published_story__isnull=False).exists()


def test_the_group_reads_the_draft_of_a_story(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    write_story(visit=visit, by=cast.deputy, text=STORY)
    for reader in (cast.observer, cast.partner, cast.secretariat):
        assert "It works." in client_of(reader).get(reverse("visits:review", args=[visit.pk])).content.decode()
