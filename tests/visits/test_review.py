"""A story in review: commented by members, resolved, returned with a reason or published; each step with its trace."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from groups.models import Person, WorkingGroup
from live.queries import events_after
from notices.models import Notice
from tests.conftest import Cast
from tests.visits.test_rights import READERS, STORY, WRITERS
from visits.domain.once import KeyUsedTwice
from visits.domain.review import ask_for_review, comment_on_story, resolve_comment, return_story
from visits.domain.stories import publish_story, withdraw_story, write_story
from visits.enums import Step, StoryState
from visits.events import stream_of
from visits.models import Story, StoryComment, StudyVisit

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def story(visit: StudyVisit, cast: Cast) -> Story:
    """Written and put before the group by the deputy."""
    write_story(visit=visit, by=cast.deputy, text=STORY)
    return ask_for_review(visit=visit, by=cast.deputy)


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(recipient_id=person.pk).order_by("pk").values_list("kind", flat=True))


def steps(story: Story) -> list[tuple[str, str, str]]:
    return [(each.step, each.by.name, each.reason) for each in story.steps.order_by("pk")]


def test_a_story_goes_through_review_and_each_step_leaves_its_trace(
    visit: StudyVisit, cast: Cast, story: Story
) -> None:
    ask_for_review(visit=visit, by=cast.coordinator)
    return_story(visit=visit, by=cast.coordinator, reason=" Whose figures\r\nare these? ")
    story.refresh_from_db()
    assert story.state == StoryState.DRAFT
    ask_for_review(visit=visit, by=cast.deputy)
    publish_story(visit=visit, by=cast.coordinator)
    withdraw_story(visit=visit, by=cast.secretariat)
    story.refresh_from_db()
    assert story.state == StoryState.DRAFT
    assert steps(story) == [
        (Step.REVIEW_ASKED, "Deputy", ""),
        (Step.RETURNED, "Coordinator", "Whose figures\nare these?"),
        (Step.REVIEW_ASKED, "Deputy", ""),
        (Step.PUBLISHED, "Coordinator", ""),
        (Step.WITHDRAWN, "Secretariat", ""),
    ]


def test_members_hear_of_what_concerns_them_and_nobody_of_what_they_did(
    visit: StudyVisit, cast: Cast, story: Story
) -> None:
    comment_on_story(visit=visit, by=cast.partner, source="Whose figures?")
    return_story(visit=visit, by=cast.coordinator, reason="As the partner says.")
    assert told(cast.partner) == ["visits.review_asked", "visits.story_returned"]
    assert told(cast.agency) == ["visits.review_asked"]
    assert told(cast.deputy) == ["visits.story_commented", "visits.story_returned"]
    assert told(cast.coordinator) == ["visits.review_asked", "visits.story_commented"]
    for other in (cast.observer, cast.outsider, cast.removed, cast.other_coordinator):
        assert told(other) == []


def test_whoever_opens_the_review_has_read_what_tells_of_it(
    visit: StudyVisit, cast: Cast, story: Story, client_of: ClientOf
) -> None:
    comment_on_story(visit=visit, by=cast.partner, source="Whose figures?")
    unread = Notice.objects.filter(recipient_id=cast.coordinator.pk, read_at=None)
    assert unread.count() == 2
    client_of(cast.coordinator).get(f"/visits/{visit.pk}/story/review/")
    assert unread.count() == 0
    assert Notice.objects.filter(recipient_id=cast.deputy.pk, read_at=None).count() == 1


def test_a_comment_is_said_once_however_often_it_is_sent(visit: StudyVisit, cast: Cast, story: Story) -> None:
    def say(words: str) -> StoryComment:
        return comment_on_story(visit=visit, by=cast.partner, source=words, idempotency_key="1")

    first = say("Well put.")
    return_story(visit=visit, by=cast.deputy, reason="Later.")
    assert say("Well put.") == first
    with pytest.raises(KeyUsedTwice):
        say("Badly put.")
    with pytest.raises(ValidationError, match="not in review"):
        comment_on_story(visit=visit, by=cast.agency, source="Too late.")
    assert StoryComment.objects.get() == first


def test_only_members_comment_and_only_its_author_or_who_leads_resolves(
    visit: StudyVisit, cast: Cast, story: Story
) -> None:
    may = set()
    for name, person in cast.everyone().items():
        try:
            comment_on_story(visit=visit, by=person, source="Well put.")
        except PermissionDenied:
            continue
        may.add(name)
    assert may == WRITERS
    comment = StoryComment.objects.get(author=cast.partner)
    for person in (cast.agency, cast.observer, cast.secretariat, cast.outsider, cast.removed):
        with pytest.raises(PermissionDenied):
            resolve_comment(comment=comment, by=person)
    assert resolve_comment(comment=comment, by=cast.partner).resolved_by == cast.partner
    assert resolve_comment(comment=comment, by=cast.deputy).resolved_by == cast.partner


def test_what_cannot_be_is_refused_in_words(visit: StudyVisit, cast: Cast) -> None:
    for attempt in (
        lambda: ask_for_review(visit=visit, by=cast.deputy),
        lambda: return_story(visit=visit, by=cast.deputy, reason="x"),
        lambda: comment_on_story(visit=visit, by=cast.partner, source="x"),
    ):
        with pytest.raises(ValidationError, match="There is no story yet"):
            attempt()
    write_story(visit=visit, by=cast.deputy, text=STORY)
    with pytest.raises(ValidationError, match="not in review"):
        return_story(visit=visit, by=cast.deputy, reason="x")


@pytest.mark.parametrize("words", ["", "  \n", "a\x00b", "\ud800", "x" * 5001])
def test_words_that_will_not_do_come_back_with_what_is_wrong(
    words: str, visit: StudyVisit, cast: Cast, story: Story, client_of: ClientOf
) -> None:
    sendable = words.encode("utf-8", "replace").decode()
    address = f"/visits/{visit.pk}/story/review/"
    for who, action, field in ((cast.partner, "comment/", "source"), (cast.deputy, "return/", "reason")):
        answer = client_of(who).post(address + action, {field: sendable})
        if words == "\ud800":
            continue  # a form cannot carry one: it came as "?"
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()
    with pytest.raises(ValidationError):
        comment_on_story(visit=visit, by=cast.partner, source=words)
    if words != "\ud800":
        assert not StoryComment.objects.exists()
        assert not story.steps.filter(step=Step.RETURNED).exists()


def test_the_review_page_shows_draft_comments_and_steps_to_the_group_alone(
    visit: StudyVisit, cast: Cast, story: Story, client_of: ClientOf
) -> None:
    address = f"/visits/{visit.pk}/story/review/"
    client_of(cast.partner).post(address + "comment/", {"source": "Whose **figures**?"})
    client_of(cast.deputy).post(address + "return/", {"reason": "As the partner says."})
    for name, person in cast.everyone().items():
        page = client_of(person).get(address)
        if name in READERS:
            shown = page.content.decode()
            for words in ("It works.", "Whose <strong>figures</strong>?", "As the partner says.", "Deputy returned it"):
                assert words in shown, (name, words)
        else:
            assert page.status_code in {302, 404}, name


def test_without_a_story_there_is_nothing_to_review(visit: StudyVisit, cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.partner).get(f"/visits/{visit.pk}/story/review/")
    assert answer.headers["Location"] == f"/visits/{visit.pk}/"


def test_each_step_is_told_to_open_pages(visit: StudyVisit, cast: Cast, story: Story) -> None:
    before = events_after(stream=stream_of(visit.pk), after=0, limit=100).head
    comment = comment_on_story(visit=visit, by=cast.partner, source="x")
    resolve_comment(comment=comment, by=cast.partner)
    return_story(visit=visit, by=cast.deputy, reason="x")
    after = events_after(stream=stream_of(visit.pk), after=before, limit=100)
    assert [event.name for event in after.events] == ["story.changed"] * 3


def test_another_groups_coordinator_may_not_touch_a_review(
    visit: StudyVisit, cast: Cast, story: Story, tourism: WorkingGroup, client_of: ClientOf
) -> None:
    client = client_of(cast.other_coordinator)
    for action in ("ask/", "return/", "comment/"):
        assert client.post(f"/visits/{visit.pk}/story/review/{action}", {"reason": "x"}).status_code == 404
    story.refresh_from_db()
    assert story.state == StoryState.IN_REVIEW
