"""The exchange forums: topics, posts and what each person has read and begun to write."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from forums.enums import Opening, ReactionKind, TopicStep
from forums.events import topic_stream
from groups.models import Person, WorkingGroup
from groups.repeats import KEY_LENGTH
from groups.standing import Standing

TITLE_LENGTH = 200
SOURCE_LENGTH = 100_000


class ExchangeForum(models.Model):
    """A working group's standing forum. It comes to be with the group's first topic."""

    working_group = models.OneToOneField(WorkingGroup, models.PROTECT, related_name="exchange_forum")

    def __str__(self) -> str:
        return str(self.working_group)


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, standing: Standing) -> Self:
        """The topics of the groups that this person reads, and those that were opened to the network."""
        if standing.reads_all_groups:
            return self
        of_theirs = Q(forum__working_group_id__in=list(standing.roles))
        return self.filter(of_theirs | ~Q(opening=Opening.GROUP)) if standing.is_signed_in else self.none()


class Topic(models.Model):
    """A conversation in a forum. Its posts are numbered 1, 2, 3, ... without a gap; the first one opened it.

    Whether it is pinned, resolved (perhaps with the post that answers it) or locked stands here as the moment since
    when it is, ``opening`` says to whom it is open; who did so, in its ``TopicChange`` rows.
    """

    forum = models.ForeignKey(ExchangeForum, models.PROTECT, related_name="topics")
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    last_post_number = models.PositiveIntegerField(default=0)
    last_post_at = models.DateTimeField(default=timezone.now)
    pinned_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    answer = models.ForeignKey("Post", models.PROTECT, null=True, related_name="+")
    locked_at = models.DateTimeField(null=True)
    opening = models.CharField(max_length=20, choices=Opening.choices, default=Opening.GROUP)
    idempotency_key = models.CharField(max_length=KEY_LENGTH, null=True)
    sent_digest = models.CharField(max_length=64)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ("-last_post_at", "-pk")
        indexes = (models.Index(fields=("forum", "-last_post_at", "-id"), name="topics_by_last_post"),)
        constraints = (
            models.UniqueConstraint(fields=("forum", "author", "idempotency_key"), name="one_topic_per_key"),
            models.CheckConstraint(
                condition=Q(answer=None) | Q(resolved_at__isnull=False), name="only_a_resolved_topic_has_an_answer"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forums:topic", args=[self.pk])

    @property
    def working_group(self) -> WorkingGroup:
        return self.forum.working_group

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def stream(self) -> str:
        """The live stream that carries this topic's posts."""
        return topic_stream(self.pk)


class TopicChange(models.Model):
    """The trace of what was done to a topic as a whole. ``post`` is the one that a resolved topic is answered by."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="changes")
    step = models.CharField(max_length=20, choices=TopicStep.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.ForeignKey("Post", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("topic", "pk")

    def __str__(self) -> str:
        return f"{self.topic}: {self.step}"


class PostQuerySet(models.QuerySet["Post"]):
    def with_authors(self) -> Self:
        return self.select_related("author__organisation__region", "deleted_by")


class Post(models.Model):
    """What a person wrote in a topic. A deleted post keeps its number, author and times; its text moves to the trace.

    ``sent_digest`` is the SHA-256 of the text that came with ``idempotency_key``, so that a repeated request is told
    from a key used twice even after an edit. ``revision`` counts the edits.
    """

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    source = models.TextField(_("text"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    idempotency_key = models.CharField(max_length=KEY_LENGTH, null=True)
    sent_digest = models.CharField(max_length=64)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ("topic", "number")
        constraints = (
            models.UniqueConstraint(fields=("topic", "number"), name="posts_are_numbered"),
            models.UniqueConstraint(fields=("topic", "author", "idempotency_key"), name="one_post_per_key"),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(source=""), name="a_deleted_post_has_no_text"),
        )

    def __str__(self) -> str:
        return f"{self.topic} #{self.number}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def subject(self) -> str:
        """How the live stream's events name this post."""
        return f"post:{self.pk}"


class PostRevision(models.Model):
    """The trace of one change: the text that ``person`` replaced, or took away, at ``replaced_at``."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    source = models.TextField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("post", "number")
        constraints = (models.UniqueConstraint(fields=("post", "number"), name="revisions_are_numbered"),)

    def __str__(self) -> str:
        return f"{self.post}, revision {self.number}"


class Reaction(models.Model):
    """A person's reaction to a post; each kind at most once."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ReactionKind.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("post", "pk")
        constraints = (models.UniqueConstraint(fields=("post", "person", "kind"), name="one_reaction_of_a_kind"),)

    def __str__(self) -> str:
        return f"{self.person} on {self.post}: {self.kind}"


class ForumImage(models.Model):
    """An image that was uploaded to be shown in posts of one forum, and the posts that show it or showed it.

    Until a post shows it, it is its uploader's alone. ``key`` is the stored file's key.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    forum = models.ForeignKey(ExchangeForum, models.PROTECT, related_name="images")
    uploader = models.ForeignKey(Person, models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    posts = models.ManyToManyField(Post, related_name="images")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.file)


class ReadMark(models.Model):
    """Up to which post a person has read a topic. It never moves back."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="read_marks")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField()
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "topic"), name="one_read_mark_in_a_topic"),)

    def __str__(self) -> str:
        return f"{self.person} has read {self.topic} up to {self.number}"


class Draft(models.Model):
    """What a person has begun to write and not posted: a reply in a topic, or a new topic in a forum.

    ``idempotency_key`` is the one it will be posted with, so that a draft found again after a lost answer cannot be
    posted twice. ``version`` counts the savings, so that two windows do not overwrite each other unseen.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    forum = models.ForeignKey(ExchangeForum, models.CASCADE, related_name="drafts")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="drafts")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    source = models.TextField(blank=True)
    idempotency_key = models.CharField(max_length=KEY_LENGTH)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "topic"), condition=~Q(topic=None), name="one_draft_of_a_reply"),
            models.UniqueConstraint(fields=("person", "forum"), condition=Q(topic=None), name="one_draft_of_a_topic"),
        )

    def __str__(self) -> str:
        return f"{self.person}'s draft in {self.topic or self.forum}"
