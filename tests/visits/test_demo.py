"""The demo's visits."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from groups.domain.demo_people import load_demo_people
from notices.models import Notice
from visits.demo import load_demo_visits
from visits.enums import VisitState
from visits.models import LogEntry, LogPhoto, PublishedStory, Story, StoryStep, StudyVisit


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo's visits, loaded once; what a test changes of them is undone at its end, and they at the module's."""
    folder = tmp_path_factory.mktemp("photos")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=folder):
        call_command("load_network", verbosity=0)
        load_demo_visits(load_demo_people())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    pass


def counts() -> list[int]:
    return [model.objects.count() for model in (StudyVisit, LogEntry, LogPhoto, PublishedStory)]


@pytest.mark.usefixtures("demo")
def test_one_visit_is_published_one_runs_one_is_planned() -> None:
    assert [visit.state for visit in StudyVisit.objects.all()] == [
        VisitState.PUBLISHED,
        VisitState.RUNNING,
        VisitState.PLANNED,
    ]
    assert all("(demo)" in visit.title for visit in StudyVisit.objects.all())


@pytest.mark.usefixtures("demo")
def test_loading_again_changes_nothing() -> None:
    before = counts()
    load_demo_visits(load_demo_people())
    assert counts() == before == [3, 7, 5, 1]


@pytest.mark.usefixtures("demo")
def test_a_visit_that_was_renamed_is_not_loaded_again() -> None:
    StudyVisit.objects.update(title="Ours")
    before = counts()
    load_demo_visits(load_demo_people())
    assert counts() == before


@pytest.mark.usefixtures("demo")
def test_four_weeks_after_the_first_start_a_visit_still_runs() -> None:
    runs = next(visit for visit in StudyVisit.objects.all() if visit.state == VisitState.RUNNING)
    assert runs.ends_on >= timezone.now().date() + timedelta(days=28)


@pytest.mark.usefixtures("demo")
def test_nothing_was_seen_in_the_future_or_outside_the_visit() -> None:
    for entry in LogEntry.objects.select_related("visit"):
        assert entry.seen_at <= timezone.now() + timedelta(minutes=10)
        assert entry.visit.starts_on <= entry.visit.local(entry.seen_at).date() <= entry.visit.ends_on


@pytest.mark.usefixtures("demo")
def test_the_overview_of_a_new_demo_does_not_say_that_all_of_it_happened_just_now() -> None:
    an_hour_ago = timezone.now() - timedelta(hours=1)
    assert not StudyVisit.objects.filter(planned_at__gt=an_hour_ago).exists()
    assert not PublishedStory.objects.filter(published_at__gt=an_hour_ago).exists()
    assert all(entry.created_at == entry.seen_at for entry in LogEntry.objects.all())
    assert not StoryStep.objects.filter(at__gt=an_hour_ago).exists()
    drafts = Story.objects.values_list("edited_at", "steps__at", "comments__created_at", "comments__resolved_at")
    for moments in drafts:
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known)
    assert not Notice.objects.filter(created_at__gt=an_hour_ago).exists()


@pytest.mark.usefixtures("demo")
def test_the_public_reads_the_story_with_its_photos_and_its_public_lesson(client: Client) -> None:
    story = PublishedStory.objects.get()
    page = client.get(reverse("visits:story", args=[story.visit_id])).content.decode()
    assert page.count('<figure class="story-photo') == 3
    assert "Share the machine, not the risk" in page
    assert "The same wire everywhere" not in page
