"""A story in review, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from groups.standing import Standing
from visits.enums import Heading
from visits.models import Story, StoryComment, StoryStep
from visits.queries.log import html_of


def comment_for(standing: Standing, pk: int) -> StoryComment:
    """The comment; raises StoryComment.DoesNotExist where it is not theirs to read."""
    return StoryComment.objects.visible_to(standing).select_related("story__visit__working_group").get(pk=pk)


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment as it is shown."""

    comment: StoryComment
    html: str


def comments_on(story: Story) -> list[CommentView]:
    """The comments on a story in the order in which they were made, in two queries."""
    comments = list(story.comments.select_related("author__organisation__region", "resolved_by"))
    html = html_of((comment.source for comment in comments), Heading.LOG)
    return [CommentView(comment, html[comment.source]) for comment in comments]


def steps_of(story: Story) -> Sequence[StoryStep]:
    """What happened to the story, the last first."""
    return list(story.steps.select_related("by"))


def notice_subjects(story: Story) -> list[str]:
    """What notices of this story's steps and comments are about."""
    shown: list[StoryStep | StoryComment] = [
        *story.steps.select_related("story").only("story__visit_id"),
        *story.comments.select_related("story").only("story__visit_id"),
    ]
    return [each.subject for each in shown]
