"""The story: drafted, published as it stands, withdrawn; and what never becomes public with it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from groups.models import Person, WorkingGroup
from tests.conftest import Cast
from tests.visits.conftest import today
from visits.domain.lessons import LessonText, edit_lesson, write_lesson
from visits.domain.log import EntryText, delete_entry, edit_entry
from visits.domain.planning import VisitPlan, edit_visit, plan_visit
from visits.domain.stories import StoryText, publish_story, withdraw_story, write_story
from visits.enums import VisitState
from visits.models import LogEntry, LogPhoto, PublishedStory, Story, StudyVisit
from visits.queries import published_visits
from visits.story_text import PhotoPart, TextPart, parts_of, photo_ids_in


def story(source: str = "It works.", title: str = "Nine farms, one dryer") -> StoryText:
    return StoryText(title=title, teaser="What we saw there.", source=source)


@pytest.fixture
def photo(log: Callable[..., LogEntry]) -> LogPhoto:
    return log("Secret words of the log.", "The dryer").photos.get()


@pytest.fixture
def other_photo(log: Callable[..., LogEntry]) -> LogPhoto:
    return log("More secret words.", "A face").photos.get()


@pytest.fixture
def publish(visit: StudyVisit, cast: Cast) -> Callable[[str], PublishedStory]:
    def write_and_publish(source: str) -> PublishedStory:
        write_story(visit=visit, by=cast.deputy, text=story(source))
        return publish_story(visit=visit, by=cast.coordinator)

    return write_and_publish


def read(client: Client, visit: StudyVisit) -> str:
    answer = client.get(reverse("visits:story", args=[visit.pk]))
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_a_story_is_texts_and_photos_in_their_order() -> None:
    source = "One.\n\n[photo 3]\nTwo [photo 4] stays text.\n  [photo 5]  \n\n[photo 3]\n[photo x]\n"
    assert parts_of(source) == [
        TextPart("One."),
        PhotoPart(3),
        TextPart("Two [photo 4] stays text."),
        PhotoPart(5),
        PhotoPart(3),
        TextPart("[photo x]"),
    ]
    assert photo_ids_in(source) == [3, 5]


def test_a_photo_number_too_long_for_a_database_stays_text() -> None:
    assert photo_ids_in(f"[photo {'9' * 40}]") == []


def test_a_draft_is_not_public(
    visit: StudyVisit, cast: Cast, photo: LogPhoto, client: Client, client_of: Callable[[Person | None], Client]
) -> None:
    write_story(visit=visit, by=cast.deputy, text=story(f"A draft.\n\n[photo {photo.pk}]"))
    assert read(client, visit) == "404"
    assert read(client_of(cast.outsider), visit) == "404"
    assert client.get(photo.file.url("small")).status_code in {401, 403, 404, 302}
    assert published_visits() == []


def test_a_published_story_shows_its_photos_and_nothing_else_of_the_log(
    visit: StudyVisit,
    cast: Cast,
    photo: LogPhoto,
    other_photo: LogPhoto,
    publish: Callable[[str], PublishedStory],
    client: Client,
    client_of: Callable[[Person | None], Client],
) -> None:
    publish(f"## How\n\nIt works.\n\n[photo {photo.pk}]")
    for reader in (client, client_of(cast.outsider), client_of(cast.removed)):
        page = read(reader, visit)
        assert "It works." in page
        assert 'alt="The dryer"' in page
        assert "ecret words" not in page
        assert "A face" not in page
        assert reader.get(photo.file.url("medium")).status_code == 200
        assert reader.get(other_photo.file.url("medium")).status_code in {302, 401, 403, 404}
    assert client_of(cast.observer).get(other_photo.file.url("medium")).status_code == 200


def test_a_withdrawn_story_and_its_photos_are_private_again(
    visit: StudyVisit, cast: Cast, photo: LogPhoto, publish: Callable[[str], PublishedStory], client: Client
) -> None:
    publish(f"It works.\n\n[photo {photo.pk}]")
    withdraw_story(visit=visit, by=cast.secretariat)
    assert read(client, visit) == "404"
    assert client.get(photo.file.url("medium")).status_code in {302, 401, 403, 404}
    assert published_visits() == []
    kept = PublishedStory.objects.get()
    assert (kept.withdrawn_by, Story.objects.get().source) == (cast.secretariat, f"It works.\n\n[photo {photo.pk}]")
    visit.refresh_from_db()
    assert visit.state == VisitState.RUNNING
    withdraw_story(visit=visit, by=cast.coordinator)
    kept.refresh_from_db()
    assert kept.withdrawn_by == cast.secretariat


def test_a_photo_whose_entry_is_deleted_leaves_the_published_story(
    visit: StudyVisit, cast: Cast, photo: LogPhoto, publish: Callable[[str], PublishedStory], client: Client
) -> None:
    publish(f"Before.\n\n[photo {photo.pk}]\n\nAfter.")
    delete_entry(entry=photo.entry, by=cast.partner)
    page = read(client, visit)
    assert "Before." in page
    assert "After." in page
    assert '<figure class="story-photo' not in page
    assert client.get(photo.file.url("medium")).status_code in {302, 401, 403, 404}
    assert published_visits()[0].lead_photo is None


def test_what_is_published_does_not_move_until_it_is_published_again(
    visit: StudyVisit,
    cast: Cast,
    photo: LogPhoto,
    publish: Callable[[str], PublishedStory],
    plan_of: Callable[..., VisitPlan],
    client: Client,
) -> None:
    lesson = write_lesson(
        visit=visit,
        by=cast.partner,
        lesson=LessonText(title="Old lesson", observed_practice="Sharing.", is_public=True),
    )
    publish(f"Old text.\n\n[photo {photo.pk}]")
    write_story(visit=visit, by=cast.deputy, text=story("New text."))
    edit_visit(visit=visit, by=cast.deputy, plan=plan_of(place="Elsewhere", title="New title"))
    edit_lesson(lesson=lesson, by=cast.partner, text=LessonText(title="New lesson", observed_practice="Sharing."))
    edit_entry(
        entry=photo.entry, by=cast.partner, text=EntryText(source="x"), descriptions={photo.pk: "New description"}
    )
    page = read(client, visit)
    for old in ("Old text.", "Old lesson", "Bielsko-Biała", "Soil days", "The dryer"):
        assert old in page
    for new in ("New text.", "New lesson", "Elsewhere", "New title", "New description"):
        assert new not in page
    publish_story(visit=visit, by=cast.deputy)
    page = read(client, visit)
    assert "New text." in page
    assert "lesson" not in page
    assert PublishedStory.objects.current().count() == 1


def test_only_lessons_that_are_marked_go_with_the_story(
    visit: StudyVisit, cast: Cast, publish: Callable[[str], PublishedStory], client: Client
) -> None:
    for title, is_public in (("For everybody", True), ("For us alone", False)):
        lesson = LessonText(title=title, observed_practice="Sharing.", is_public=is_public)
        write_lesson(visit=visit, by=cast.partner, lesson=lesson)
    publish("It works.")
    page = read(client, visit)
    assert "For everybody" in page
    assert "For us alone" not in page


def test_the_story_names_the_regions_that_took_part(
    visit: StudyVisit, publish: Callable[[str], PublishedStory]
) -> None:
    assert [region.code for region in publish("It works.").regions.all()] == ["PL22", "ITC4"]


def test_a_story_places_only_photos_of_its_own_log(
    visit: StudyVisit,
    cast: Cast,
    photo: LogPhoto,
    agrifood: WorkingGroup,
    plan_of: Callable[..., VisitPlan],
) -> None:
    other = plan_visit(working_group=agrifood, by=cast.coordinator, plan=plan_of(title="Another"))
    with pytest.raises(ValidationError) as refused:
        write_story(visit=other, by=cast.deputy, text=story(f"Stolen.\n\n[photo {photo.pk}]\n\n[photo 999999]"))
    assert refused.value.message_dict == {
        "source": [f"The log has no such photos: [photo {photo.pk}], [photo 999999]."]
    }


def test_publishing_waits_for_a_draft_a_beginning_and_descriptions(
    visit: StudyVisit,
    cast: Cast,
    agrifood: WorkingGroup,
    plan_of: Callable[..., VisitPlan],
    log: Callable[..., LogEntry],
) -> None:
    with pytest.raises(ValidationError, match="There is no story yet"):
        publish_story(visit=visit, by=cast.deputy)
    undescribed = log("Seen.", "").photos.get()
    write_story(visit=visit, by=cast.deputy, text=story(f"It works.\n\n[photo {undescribed.pk}]"))
    with pytest.raises(ValidationError, match=rf"needs a description .*\[photo {undescribed.pk}\]"):
        publish_story(visit=visit, by=cast.deputy)
    start = today() + timedelta(days=9)
    later = plan_visit(working_group=agrifood, by=cast.deputy, plan=plan_of(starts_on=start, ends_on=start))
    write_story(visit=later, by=cast.deputy, text=story())
    with pytest.raises(ValidationError, match="has not begun yet"):
        publish_story(visit=later, by=cast.deputy)
    assert not PublishedStory.objects.exists()


def test_a_draft_that_somebody_saved_meanwhile_is_not_written_over(visit: StudyVisit, cast: Cast) -> None:
    first = write_story(visit=visit, by=cast.deputy, text=story("The deputy's."), expected_revision=0)
    for overtaken in (0, 7):
        with pytest.raises(ValidationError, match="Somebody else saved"):
            write_story(visit=visit, by=cast.coordinator, text=story("The coordinator's."), expected_revision=overtaken)
    assert Story.objects.get().source == "The deputy's."
    write_story(visit=visit, by=cast.coordinator, text=story("The coordinator's."), expected_revision=first.revision)
    assert Story.objects.get().source == "The coordinator's."


def test_published_visits_are_listed_for_home_group_and_region(
    visit: StudyVisit, cast: Cast, tourism: WorkingGroup, publish: Callable[[str], PublishedStory], photo: LogPhoto
) -> None:
    publish(f"It works.\n\n[photo {photo.pk}]")
    card = published_visits(limit=3)[0]
    assert (card.id, card.title, card.teaser, card.host_region.code, card.working_group.accent) == (
        visit.pk,
        "Nine farms, one dryer",
        "What we saw there.",
        "PL22",
        "green",
    )
    assert card.lead_photo is not None
    assert card.lead_photo.photo == photo
    assert len(published_visits(working_group=visit.working_group, region=visit.host_region)) == 1
    assert published_visits(working_group=tourism) == []


def test_the_public_pages_answer_head(visit: StudyVisit, cast: Cast, client: Client) -> None:
    write_story(visit=visit, by=cast.deputy, text=story("Public."))
    publish_story(visit=visit, by=cast.deputy)
    for address in (f"/visits/{visit.pk}/story/", f"/groups/{visit.working_group.slug}/visits/"):
        assert client.head(address).status_code == 200
