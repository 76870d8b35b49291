"""What is read of topics: one, a list of them, and what a person keeps in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, F, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from forums.enums import Opening, TopicFilter
from forums.events import AuthorCard
from forums.models import Draft, Post, ReadMark, Topic, TopicChange
from groups.enums import Role
from groups.models import Membership, Person, Region, WorkingGroup
from groups.queries import card_of
from groups.standing import Standing, groups_read_by, reader_of
from prepared.queries import Prepared

TOPICS_ON_A_PAGE = 50
LARGEST_ID = 2**63 - 1


def topic_for(standing: Standing, pk: int) -> Topic:
    """The topic, with its forum and group; raises Topic.DoesNotExist where this person does not read it."""
    if not 0 < pk <= LARGEST_ID:
        raise Topic.DoesNotExist
    found = _TOPIC.first(groups_read_by(standing), pk) if standing.is_signed_in else None
    if found is None:
        raise Topic.DoesNotExist
    return found


_TOPIC: Prepared[Topic] = Prepared(
    lambda groups, pk: (
        Topic.objects.visible_to(reader_of(groups)).select_related("forum__working_group", "answer").filter(pk=pk)
    )
)


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic as a list shows it: its last post, and how many posts by others the reader has not read.

    ``first_unread`` is the number of the first of those; of the last post if there is none.
    """

    topic: Topic
    last_post: Post
    unread: int
    first_unread: int


def topic_rows(standing: Standing, topics: Iterable[Topic]) -> list[TopicRow]:
    """Rows for these topics, in their order; two queries."""
    shown = list(topics)
    pks = [topic.pk for topic in shown]
    last = Post.objects.with_authors().filter(topic_id__in=pks, number=F("topic__last_post_number"))
    last_posts = {post.topic_id: post for post in last}
    unread = _unread_posts(_own_id(standing), Post.objects.filter(topic_id__in=pks)).values("topic_id").order_by()
    counts = {row["topic_id"]: row for row in unread.annotate(posts=Count("pk"), first=Min("number"))}
    nothing = {"posts": 0, "first": 0}
    return [
        TopicRow(
            topic,
            last_posts[topic.pk],
            counts.get(topic.pk, nothing)["posts"],
            counts.get(topic.pk, nothing)["first"] or topic.last_post_number,
        )
        for topic in shown
    ]


class Unread(NamedTuple):
    """How many posts by others the reader has not read in a topic, and the number of the first of those, or 0."""

    posts: int
    first: int


def unread_in(standing: Standing, topic: Topic) -> Unread:
    """What of the topic this person has not read; one query."""
    return _UNREAD.first(_own_id(standing), topic.pk) or Unread(0, 0)


_UNREAD = Prepared(
    lambda person, topic: (
        _unread_posts(person, Post.objects.filter(topic_id=topic))
        .order_by()
        .values("topic_id")
        .annotate(posts=Count("pk"), first=Min("number"))
        .values_list("posts", "first")
    ),
    Unread,
)


def topics_of(standing: Standing, working_group: WorkingGroup) -> QuerySet[Topic]:
    """The group's topics that this person reads, the one with the newest post first."""
    topics = Topic.objects.visible_to(standing).filter(forum__working_group=working_group)
    return topics.select_related("author__organisation__region", "answer")


def opened_topics(standing: Standing, working_group: WorkingGroup) -> QuerySet[Topic]:
    """As ``topics_of``, those that were opened to the network."""
    return topics_of(standing, working_group).exclude(opening=Opening.GROUP)


def topics_shown(standing: Standing, working_group: WorkingGroup, show: TopicFilter) -> QuerySet[Topic]:
    """As ``topics_of``, those that the filter lets through, the pinned ones before all others."""
    topics = topics_of(standing, working_group)
    if show == TopicFilter.UNREAD:
        topics = topics.filter(
            pk__in=_unread_posts(_own_id(standing), Post.objects.filter(topic__in=topics.order_by()))
            .values("topic_id")
            .order_by()
        )
    elif show == TopicFilter.UNRESOLVED:
        topics = topics.filter(resolved_at=None)
    return topics.order_by(F("pinned_at").desc(nulls_last=True), "-last_post_at", "-pk")


class RegionTile(NamedTuple):
    """One tile of the table of regions: lit has written, dimmed is silent."""

    code: str
    name: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Voices:
    """Who has written in a topic, the last first, and which of the group's regions have (north to south)."""

    people: tuple[str, ...]
    tiles: tuple[RegionTile, ...]

    @property
    def silent(self) -> int:
        """How many regions have not written."""
        return sum(tile.state == "dimmed" for tile in self.tiles)


def voices_in(topics: Iterable[Topic], working_group: WorkingGroup) -> dict[int, Voices]:
    """The voices in each of these topics of the group, by topic id; two queries. Deleted posts do not count, and a
    region is the group's while somebody who is no observer comes from it."""
    regions = _REGIONS.rows(working_group.pk)
    spoken: dict[int, list[tuple[str, int | None]]] = {topic.pk: [] for topic in topics}
    for topic_id, name, region_id in _SPEAKERS.rows([*spoken]):
        spoken[topic_id].append((name, region_id))
    return {topic_id: _voices(speakers, regions) for topic_id, speakers in spoken.items()}


_REGIONS: Prepared[Region] = Prepared(
    lambda working_group: Region.objects.filter(
        organisations__people__in=Membership.objects.current()
        .filter(working_group_id=working_group, person__is_active=True)
        .exclude(role=Role.OBSERVER)
        .values("person")
    ).distinct()
)
_SPEAKERS = Prepared(
    lambda topics: (
        Post.objects.filter(topic_id__in=topics, deleted_at=None)
        .values("topic_id", "author_id")
        .annotate(last=Max("number"))
        .order_by("topic_id", "-last")
        .values_list("topic_id", "author__name", "author__organisation__region_id")
    ),
    lambda topic_id, name, region_id: (topic_id, name, region_id),
)


def _voices(speakers: list[tuple[str, int | None]], regions: list[Region]) -> Voices:
    heard = {region_id for _, region_id in speakers}
    tiles = [
        RegionTile(region.code, region.name, "lit", _("has written"))
        if region.pk in heard
        else RegionTile(region.code, region.name, "dimmed", _("silent so far"))
        for region in regions
    ]
    return Voices(tuple(name for name, _region in speakers), tuple(tiles))


def unread_posts_in(standing: Standing, working_group_ids: Iterable[int]) -> dict[int, int]:
    """How many posts by others this person has not read, by the id of each of these groups that has any; one query."""
    if not standing.is_signed_in:
        return {}
    return dict(_UNREAD_BY_GROUP.rows(_own_id(standing), groups_read_by(standing), sorted(working_group_ids)))


_UNREAD_BY_GROUP = Prepared(
    lambda person, groups, asked: (
        _unread_posts(
            person,
            Post.objects.filter(
                topic__in=Topic.objects.visible_to(reader_of(groups)).filter(forum__working_group_id__in=asked)
            ),
        )
        .order_by()
        .values("topic__forum__working_group_id")
        .annotate(posts=Count("pk"))
        .values_list("topic__forum__working_group_id", "posts")
    ),
    lambda working_group_id, posts: (working_group_id, posts),
)


def read_mark(standing: Standing, topic: Topic) -> int:
    """Up to which post this person has read the topic; 0 for not at all."""
    marks = ReadMark.objects.filter(person_id=_own_id(standing), topic=topic)
    return marks.values_list("number", flat=True).first() or 0


def changes_of(topic: Topic) -> list[TopicChange]:
    """What was done to the topic as a whole, the last first."""
    changes = TopicChange.objects.select_related("person__organisation__region", "post").filter(topic=topic)
    return list(changes.order_by("-pk"))


def draft_of(standing: Standing, *, working_group: WorkingGroup, topic: Topic | None) -> Draft | None:
    """What this person has begun to write: a reply in the topic, or (None) a new topic in the group's forum."""
    return _DRAFT.first(_own_id(standing), working_group.pk, topic.pk if topic else None)


_DRAFT: Prepared[Draft] = Prepared(
    lambda person, working_group, topic: Draft.objects.filter(
        person_id=person, forum__working_group_id=working_group, topic_id=topic
    )
)


def author_card(person: Person) -> AuthorCard:
    """Who wrote something, for events and the API; no query where ``organisation__region`` was selected along."""
    card = card_of(person)
    return AuthorCard(
        id=card.person_id,
        name=card.name,
        organisation=card.organisation,
        region_code=card.region_code,
        region_name=card.region_name,
    )


def _own_id(standing: Standing) -> int:
    """The reader's id; nobody's for the public."""
    return standing.person_id or 0


def _unread_posts(person_id: int, posts: QuerySet[Post]) -> QuerySet[Post]:
    """Those of the posts, by others, that this person has not read."""
    mark = ReadMark.objects.filter(person_id=person_id, topic=OuterRef("topic")).values("number")
    return posts.filter(deleted_at=None, number__gt=Coalesce(Subquery(mark), 0)).exclude(author_id=person_id)
