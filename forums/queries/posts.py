"""What is read of a topic's posts: one, a page of them, what follows a number, what was there before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Length
from django.utils.safestring import SafeString

from forums.models import Post, PostRevision, Topic
from forums.queries.topics import topic_for
from groups.queries import PersonCard
from groups.standing import Standing
from markup.differences import Segment, word_differences
from markup.domain import html_of_each, render
from prepared.queries import Prepared

POSTS_ON_A_PAGE = 50
# Of HTML. On a line of 400 kbit/s, uncompressed, four seconds.
CHARACTERS_ON_A_PAGE = 200_000
POSTS_IN_AN_ANSWER = 10_000
# Of Markdown.
CHARACTERS_IN_AN_ANSWER = 1_000_000
# A post stands below its page's title and the heading of the posts.
HEADINGS_IN_A_POST = 3
COMPARED_REVISIONS = 20
# Characters that are told on either side of a change.
CONTEXT = 200


def post_for(standing: Standing, topic_id: int, number: int) -> Post:
    """The post of that number, with its topic and author; raises Topic.DoesNotExist or Post.DoesNotExist."""
    topic = topic_for(standing, topic_id)
    if not 0 < number <= topic.last_post_number:
        raise Post.DoesNotExist
    post = Post.objects.with_authors().get(topic=topic, number=number)
    post.topic = topic
    return post


class ShownPost(NamedTuple):
    """What a page shows of a post, its author and their organisation and region; what is not known is empty."""

    pk: int
    number: int
    source: str
    revision: int
    created_at: datetime
    deleted_at: datetime | None
    author_id: int
    name: str
    organisation: str
    region_code: str
    region_name: str
    region_slug: str

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def author(self) -> PersonCard:
        return PersonCard(*self[6:])


AnyPost = TypeVar("AnyPost", Post, ShownPost)


@dataclass(frozen=True, slots=True)
class PostView(Generic[AnyPost]):
    """A post with its text as HTML, which is empty for a deleted one."""

    post: AnyPost
    html: str


@dataclass(frozen=True, slots=True)
class PostWindow:
    """Neighbouring posts of a topic: those before ``first`` and after ``last`` are on other pages."""

    posts: list[PostView[ShownPost]]
    first: int
    last: int
    reaches_end: bool

    @property
    def earlier(self) -> int:
        """How many posts come before this window."""
        return max(self.first - 1, 0)


def post_window(topic: Topic, *, start: int | None = None, before: int | None = None) -> PostWindow:
    """A page of posts: from number ``start`` on, or the last ones before number ``before``, or the topic's last ones.

    At most 50 posts and 200,000 characters of HTML, whichever is reached first, but one post always. A ``start`` near
    the end gives the last page, whole.
    """
    newest = topic.last_post_number
    if before is not None:
        views = _ending_with(topic, max(min(before - 1, newest), 1))
    elif start is None or start > newest - POSTS_ON_A_PAGE:
        views = _ending_with(topic, newest)
        if start is not None and views and start < views[0].post.number:
            views = _beginning_with(topic, start)
    else:
        views = _beginning_with(topic, max(start, 1))
    first, last = (views[0].post.number, views[-1].post.number) if views else (1, 0)
    return PostWindow(views, first, last, reaches_end=last >= newest)


def _beginning_with(topic: Topic, number: int) -> list[PostView[ShownPost]]:
    return _views_that_fit(topic, _LENGTHS_FROM.rows(topic.pk, number))


def _ending_with(topic: Topic, number: int) -> list[PostView[ShownPost]]:
    return _views_that_fit(topic, _LENGTHS_UPTO.rows(topic.pk, number))[::-1]


class _Measured(NamedTuple):
    number: int
    characters: int


def _measured(posts: QuerySet[Post]) -> QuerySet[Post, Any]:
    return posts.annotate(characters=Length("source")).values_list("number", "characters")[:POSTS_ON_A_PAGE]


_LENGTHS_FROM = Prepared(
    lambda topic, number: _measured(Post.objects.filter(topic_id=topic, number__gte=number).order_by("number")),
    _Measured,
)
_LENGTHS_UPTO = Prepared(
    lambda topic, number: _measured(Post.objects.filter(topic_id=topic, number__lte=number).order_by("-number")),
    _Measured,
)
_POSTS_BETWEEN = Prepared(
    lambda topic, first, last: (
        Post.objects.filter(topic_id=topic, number__gte=first, number__lte=last)
        .order_by("number")
        .values_list(
            *("pk", "number", "source", "revision", "created_at", "deleted_at", "author_id"),
            "author__name",
            Coalesce("author__organisation__name", Value("")),
            *(Coalesce(f"author__organisation__region__{field}", Value("")) for field in ("code", "name", "slug")),
        )
    ),
    ShownPost,
)


def _views_that_fit(topic: Topic, measured: list[_Measured]) -> list[PostView[ShownPost]]:
    """The first of these posts that fit on a page, at least one. Only what may fit is fetched and rendered."""
    candidates: list[int] = []
    characters = 0
    for number, length in measured:
        characters += length
        if candidates and characters > CHARACTERS_ON_A_PAGE:
            break
        candidates.append(number)
    if not candidates:
        return []
    posts = {post.number: post for post in _POSTS_BETWEEN.rows(topic.pk, min(candidates), max(candidates))}
    views: list[PostView[ShownPost]] = []
    characters = 0
    for view in post_views(posts[number] for number in candidates):
        characters += len(view.html)
        if views and characters > CHARACTERS_ON_A_PAGE:
            break
        views.append(view)
    return views


def posts_after(topic: Topic, number: int) -> list[Post]:
    """The posts after this number, in order: at most 10,000, and no more than fit in a million characters (but one)."""
    posts = Post.objects.with_authors().filter(topic=topic, number__gt=number).order_by("number")[:POSTS_IN_AN_ANSWER]
    page: list[Post] = []
    characters = 0
    for post in posts.iterator(chunk_size=200):
        characters += len(post.source)
        if page and characters > CHARACTERS_IN_AN_ANSWER:
            break
        page.append(post)
    return page


def post_views(posts: Iterable[AnyPost]) -> list[PostView[AnyPost]]:
    """The posts with their text as HTML."""
    shown = list(posts)
    html = html_of_each([post.source for post in shown if not post.is_deleted], base_heading=HEADINGS_IN_A_POST)
    return [PostView(post, "" if post.is_deleted else html[post.source]) for post in shown]


def preview_of(source: str) -> SafeString:
    """A text as a post would show it, not stored."""
    return render(source, base_heading=HEADINGS_IN_A_POST).html


def revisions_of(post: Post) -> list[PostRevision]:
    """What the post said before each of its changes, the newest first."""
    return list(
        PostRevision.objects.select_related("person__organisation__region").filter(post=post).order_by("-number")
    )


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a post: the revision that it replaced, and word by word what it changed (None: it was deleted)."""

    revision: PostRevision
    differences: tuple[Segment, ...] | None


def history_of(post: Post) -> list[HistoryEntry]:
    """The post's changes, the newest first; those beyond the newest 20 without their differences."""
    revisions = revisions_of(post)
    later = None if post.is_deleted else post.source
    entries: list[HistoryEntry] = []
    for revision in revisions:
        is_told = later is not None and len(entries) < COMPARED_REVISIONS
        differences = word_differences(revision.source, later or "", context=CONTEXT) if is_told else None
        entries.append(HistoryEntry(revision, differences))
        later = revision.source
    return entries
