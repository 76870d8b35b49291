"""A story in review: members say what they think of it, then it is returned with a reason or published."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import LEADING_ROLES, WRITING_ROLES, Role
from groups.models import Membership, Person
from groups.repeats import digest_of
from groups.standing import standing_of
from live.domain import publish
from notices.domain import News, notify
from visits import events
from visits.domain.once import key_or_none, made_before
from visits.domain.visit_lock import held
from visits.domain.wording import Faults, rendered
from visits.enums import Heading, Step, StoryState
from visits.models import COMMENT_LENGTH, REASON_LENGTH, Story, StoryComment, StoryStep, StudyVisit
from visits.policies import may_comment, may_plan, may_resolve


@transaction.atomic
def ask_for_review(*, visit: StudyVisit, by: Person) -> Story:
    """Puts the draft before the group's members; asking twice is asking once.

    Raises PermissionDenied for all but the group's coordinator and deputies, ValidationError where there is no draft.
    """
    visit = held(visit)
    if not may_plan(standing_of(by), visit.working_group_id):
        raise PermissionDenied(_("The story is put before the group by its coordinator and deputies."))
    story = _story_of(visit)
    if story.state == StoryState.IN_REVIEW:
        return story
    _move(story, StoryState.IN_REVIEW)
    step = noted(story, Step.REVIEW_ASKED, by)
    tell(step, "visits.review_asked", by, members_of(visit, WRITING_ROLES))
    publish(events.story_changed(visit.pk))
    return story


@transaction.atomic
def return_story(*, visit: StudyVisit, by: Person, reason: str) -> Story:
    """Takes the story out of review, saying why; what was commented stays.

    Raises PermissionDenied for all but the group's coordinator and deputies, ValidationError (``reason``; without a
    field where the story is not in review).
    """
    visit = held(visit)
    if not may_plan(standing_of(by), visit.working_group_id):
        raise PermissionDenied(_("The story is returned by the group's coordinator and deputies."))
    story = _story_of(visit)
    if story.state != StoryState.IN_REVIEW:
        raise ValidationError(_("The story is not in review."))
    faults = Faults()
    words = faults.text(reason, field="reason", max_length=REASON_LENGTH, required=True)
    faults.refuse()
    _move(story, StoryState.DRAFT)
    step = noted(story, Step.RETURNED, by, reason=words)
    tell(step, "visits.story_returned", by, about_the_story(story))
    publish(events.story_changed(visit.pk))
    return story


@transaction.atomic
def comment_on_story(*, visit: StudyVisit, by: Person, source: str, idempotency_key: str = "") -> StoryComment:
    """Says something about a story in review (Markdown); the same author, key and words again say it once.

    Raises PermissionDenied for who may not write in the group, ValidationError (``source``, ``idempotency_key``;
    without a field where the story is not in review), once.KeyUsedTwice where the key came before with other words.
    """
    visit = held(visit)
    if not may_comment(standing_of(by), visit):
        raise PermissionDenied(_("Members of the group comment on its stories."))
    story = _story_of(visit)
    faults = Faults()
    words = faults.text(source, field="source", max_length=COMMENT_LENGTH, required=True)
    faults.refuse()
    key, digest = key_or_none(idempotency_key), digest_of(words)
    earlier = made_before(StoryComment.objects.filter(story=story, author=by), key, digest)
    if earlier is not None:
        return earlier
    if story.state != StoryState.IN_REVIEW:
        raise ValidationError(_("The story is not in review."))
    rendered(words, heading=Heading.LOG)
    comment = StoryComment.objects.create(story=story, author=by, source=words, idempotency_key=key, sent_digest=digest)
    tell(comment, "visits.story_commented", by, about_the_story(story))
    publish(events.story_changed(visit.pk))
    return comment


@transaction.atomic
def resolve_comment(*, comment: StoryComment, by: Person) -> StoryComment:
    """Says that a comment is dealt with; twice is once. Raises PermissionDenied for all but its author and leaders."""
    visit = held(comment.story.visit)
    comment = StoryComment.objects.get(pk=comment.pk)
    if not may_resolve(standing_of(by), visit, comment):
        raise PermissionDenied(_("A comment is resolved by its author and by the group's coordinator and deputies."))
    if comment.resolved_at is not None:
        return comment
    comment.resolved_at, comment.resolved_by = timezone.now(), by
    comment.save(update_fields=["resolved_at", "resolved_by"])
    publish(events.story_changed(visit.pk))
    return comment


def noted(story: Story, step: Step, by: Person, *, reason: str = "") -> StoryStep:
    """Writes a step into the story's trace."""
    return StoryStep.objects.create(story=story, step=step, by=by, reason=reason)


def members_of(visit: StudyVisit, roles: Iterable[Role]) -> set[int]:
    """The ids of the current members of the visit's group with one of these roles."""
    current = Membership.objects.current().filter(working_group=visit.working_group_id, role__in=list(roles))
    return set(current.values_list("person_id", flat=True))


def about_the_story(story: Story) -> set[int]:
    """The ids of those whom a story concerns: who leads the group, wrote the draft, or commented on it."""
    commented = StoryComment.objects.filter(story=story).values_list("author_id", flat=True)
    return members_of(story.visit, LEADING_ROLES) | {story.edited_by_id, *commented}


def tell(about: StoryStep | StoryComment, kind: str, by: Person, recipients: Iterable[int]) -> None:
    """Lets people hear of a step of a story, or of a comment on it."""
    story = about.story
    url = reverse("visits:review", args=[story.visit_id])
    facts = {"story": story.title}
    notify(News(kind=kind, recipients=recipients, subject=about.subject, url=url, actor_id=by.pk, facts=facts))


def _story_of(visit: StudyVisit) -> Story:
    story = Story.objects.select_related("visit").filter(visit=visit).first()
    if story is None:
        raise ValidationError(_("There is no story yet. Write it first."))
    return story


def _move(story: Story, state: StoryState) -> None:
    story.state = state
    story.save(update_fields=["state"])
