"""The story that the public reads: its draft, and what was published."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Organisation, Person, Region
from groups.standing import Standing
from visits.enums import Evidence, Step, StoryState, Transfer
from visits.models.lengths import LINE_LENGTH, TEASER_LENGTH
from visits.models.log import LogPhoto
from visits.models.once import SentOnce
from visits.models.visit import StudyVisit


class Story(models.Model):
    """The draft of a visit's story. A line ``[photo 12]`` in its text stands for that photo of the log."""

    visit = models.OneToOneField(StudyVisit, models.CASCADE, related_name="story")
    title = models.CharField(_("headline"), max_length=LINE_LENGTH)
    teaser = models.CharField(_("in one or two sentences"), max_length=TEASER_LENGTH)
    source = models.TextField(_("story"))
    state = models.CharField(max_length=10, choices=StoryState.choices, default=StoryState.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.title


class StoryStep(models.Model):
    """The trace of a story: who asked for a review, returned it (and why), published or withdrew it, and when."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=20, choices=Step.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.story}"

    @property
    def subject(self) -> str:
        """What a notice of it is about."""
        return f"story:{self.story.visit_id}:step:{self.pk}"


class StoryCommentQuerySet(models.QuerySet["StoryComment"]):
    def visible_to(self, standing: Standing) -> Self:
        """The comments on the drafts of the groups that this person reads."""
        if standing.reads_all_groups:
            return self
        return self.filter(story__visit__working_group_id__in=list(standing.roles))


class StoryComment(SentOnce):
    """What a member says about a story while it is in review."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    source = models.TextField(_("comment"))
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = StoryCommentQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("story", "author", "idempotency_key"), name="one_story_comment_per_key"),
        )

    def __str__(self) -> str:
        return f"{self.author}: {self.story}"

    @property
    def subject(self) -> str:
        """What a notice of it is about."""
        return f"story:{self.story.visit_id}:comment:{self.pk}"


class PublishedStoryQuerySet(models.QuerySet["PublishedStory"]):
    def current(self) -> Self:
        """Those that the public reads now: neither withdrawn nor followed by a newer one."""
        return self.filter(current_of__isnull=False)


class PublishedStory(models.Model):
    """A story as it was published, with the facts of its visit at that moment. It never changes; it is withdrawn."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="published_stories")
    title = models.CharField(max_length=LINE_LENGTH)
    teaser = models.CharField(max_length=TEASER_LENGTH)
    source = models.TextField()
    visit_title = models.CharField(max_length=LINE_LENGTH)
    host_region = models.ForeignKey(Region, models.PROTECT, related_name="published_visits")
    host_organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=LINE_LENGTH)
    starts_on = models.DateField()
    ends_on = models.DateField()
    regions = models.ManyToManyField(Region, related_name="+")
    organisations = models.ManyToManyField(Organisation, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = PublishedStoryQuerySet.as_manager()

    class Meta:
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.title


class PublishedPhoto(models.Model):
    """A photo that a published story shows, with its description as it was then. A deleted photo leaves the story."""

    story = models.ForeignKey(PublishedStory, models.CASCADE, related_name="photos")
    photo = models.ForeignKey(LogPhoto, models.CASCADE, related_name="publications")
    description = models.CharField(max_length=TEASER_LENGTH)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.description


class PublishedLesson(models.Model):
    """A lesson as it was when the story was published."""

    story = models.ForeignKey(PublishedStory, models.CASCADE, related_name="lessons")
    title = models.CharField(max_length=LINE_LENGTH)
    observed_practice = models.TextField()
    text = models.TextField()
    transferability = models.TextField()
    transfer = models.CharField(max_length=10, choices=Transfer.choices, blank=True)
    figures_source = models.CharField(max_length=LINE_LENGTH, blank=True)
    evidence = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.ONE)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title
