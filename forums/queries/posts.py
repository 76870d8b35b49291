"""What is read of a topic's posts: one, a page of them, what follows a number, what was there before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models.functions import Length
from django.utils.safestring import SafeString

from forums.enums import ReactionKind
from forums.events import ReactionsOfKind, Reactor
from forums.models import Post, PostQuerySet, PostRevision, Reaction, Topic
from forums.queries.topics import topic_for
from groups.standing import Standing
from markup.differences import Segment, word_differences
from markup.domain import render, renderings_of

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


@dataclass(frozen=True, slots=True)
class ReactionView:
    """A kind of reaction to a post: who chose it, and whether the reader did."""

    kind: str
    label: str
    people: tuple[str, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with its text as HTML and the reactions to it; both empty for a deleted one."""

    post: Post
    html: str
    reactions: tuple[ReactionView, ...] = ()


@dataclass(frozen=True, slots=True)
class PostWindow:
    """Neighbouring posts of a topic: those before ``first`` and after ``last`` are on other pages."""

    posts: list[PostView]
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


def _beginning_with(topic: Topic, number: int) -> list[PostView]:
    return _views_that_fit(Post.objects.filter(topic=topic, number__gte=number).order_by("number"))


def _ending_with(topic: Topic, number: int) -> list[PostView]:
    views = _views_that_fit(Post.objects.filter(topic=topic, number__lte=number).order_by("-number"))
    return views[::-1]


def _views_that_fit(posts: PostQuerySet) -> list[PostView]:
    """The first of these posts that fit on a page, at least one. Only what may fit is fetched and rendered."""
    lengths = posts.annotate(length=Length("source")).values_list("pk", "length")[:POSTS_ON_A_PAGE]
    candidates: list[int] = []
    characters = 0
    for pk, length in lengths:
        characters += length
        if candidates and characters > CHARACTERS_ON_A_PAGE:
            break
        candidates.append(pk)
    views: list[PostView] = []
    characters = 0
    for view in post_views(posts.with_authors().filter(pk__in=candidates)):
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


def post_views(posts: Iterable[Post]) -> list[PostView]:
    """The posts with their text as HTML."""
    shown = list(posts)
    html = renderings_of([post.source for post in shown if not post.is_deleted], base_heading=HEADINGS_IN_A_POST)
    return [PostView(post, "" if post.is_deleted else html[post.source].html) for post in shown]


def preview_of(source: str) -> SafeString:
    """A text as a post would show it, not stored."""
    return render(source, base_heading=HEADINGS_IN_A_POST).html


def reactions_to(posts: Iterable[Post]) -> dict[int, list[ReactionsOfKind]]:
    """Who reacted to each of these posts, by post id and kind, in the kinds' order; one query."""
    found: dict[int, dict[str, list[Reactor]]] = {post.pk: {} for post in posts}
    rows = (
        Reaction.objects.filter(post_id__in=found)
        .order_by("pk")
        .values_list("post_id", "kind", "person_id", "person__name")
    )
    for post_id, kind, person_id, name in rows:
        found[post_id].setdefault(kind, []).append(Reactor(id=person_id, name=name))
    return {
        post_id: [ReactionsOfKind(kind=kind, people=kinds[kind]) for kind in ReactionKind.values if kind in kinds]
        for post_id, kinds in found.items()
    }


def reaction_views(told: Iterable[ReactionsOfKind], standing: Standing) -> tuple[ReactionView, ...]:
    """Every kind of reaction in order, also those that nobody chose."""
    people = {reactions["kind"]: reactions["people"] for reactions in told}
    return tuple(
        ReactionView(
            kind=kind.value,
            label=str(kind.label),
            people=tuple(reactor["name"] for reactor in people.get(kind.value, [])),
            is_mine=any(reactor["id"] == standing.person_id for reactor in people.get(kind.value, [])),
        )
        for kind in ReactionKind
    )


def with_reactions(views: Iterable[PostView], standing: Standing) -> list[PostView]:
    """The same posts with the reactions to them, as this reader sees them; one query."""
    shown = list(views)
    told = reactions_to([view.post for view in shown if not view.post.is_deleted])
    return [
        view if view.post.is_deleted else replace(view, reactions=reaction_views(told[view.post.pk], standing))
        for view in shown
    ]


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
