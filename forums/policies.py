"""Who may do what in an exchange forum. Whoever may not read a group's forum does not get to see its topics at all."""

import uuid
from collections.abc import Mapping, Sequence

from forums.enums import Opening
from forums.models import ForumImage, Post, Topic
from groups.enums import NetworkOffice
from groups.models import WorkingGroup
from groups.standing import Standing, standings_of
from prepared.queries import Prepared


def may_post(standing: Standing, working_group_id: int) -> bool:
    """Members write in their own group, the exchange director in all; observers and the secretariat read."""
    return standing.may_write_in(working_group_id) or NetworkOffice.EXCHANGE_DIRECTOR in standing.offices


def may_write_in(standing: Standing, topic: Topic) -> bool:
    """Whoever may post in the forum; where the topic was opened for it, everybody who is not in the group. Its
    observers only watch, here too."""
    working_group_id = topic.forum.working_group_id
    is_guest = standing.is_signed_in and standing.role_in(working_group_id) is None
    return may_post(standing, working_group_id) or (is_guest and topic.opening == Opening.REPLY)


def may_reply(standing: Standing, topic: Topic) -> bool:
    """Whoever may write in the topic, as long as it is not locked."""
    return may_write_in(standing, topic) and not topic.is_locked


def may_react(standing: Standing, topic: Topic) -> bool:
    """Every reader of the group, observers too; of others, those who may reply."""
    return standing.may_read_group(topic.forum.working_group_id) or may_write_in(standing, topic)


def may_open(standing: Standing, topic: Topic) -> bool:
    """Whether they may open the topic to all who are signed in, and leave it to the group again."""
    return standing.may_lead(topic.forum.working_group_id)


def may_resolve(standing: Standing, topic: Topic) -> bool:
    """Who opened the topic, while they may write, and those who moderate."""
    working_group_id = topic.forum.working_group_id
    is_opener = topic.author_id == standing.person_id and may_post(standing, working_group_id)
    return is_opener or may_moderate(standing, working_group_id)


def may_moderate(standing: Standing, working_group_id: int) -> bool:
    """Coordinator, deputy and secretariat pin and lock topics and delete what others wrote, leaving a trace."""
    return standing.may_lead(working_group_id) or standing.is_secretariat


def may_edit(standing: Standing, topic: Topic, post: Post) -> bool:
    """What stands under a name, that person alone may change, while they may write."""
    return post.author_id == standing.person_id and may_write_in(standing, topic)


def may_delete(standing: Standing, topic: Topic, post: Post) -> bool:
    """Authors delete their own while they may write, moderators any."""
    return may_edit(standing, topic, post) or may_moderate(standing, topic.forum.working_group_id)


def may_read_trace(standing: Standing, topic: Topic, post: Post) -> bool:
    """What was edited, every reader may look up; what was deleted, only those who moderate."""
    if post.is_deleted:
        return may_moderate(standing, topic.forum.working_group_id)
    return post.revision > 0


def may_read_image(person_id: int | None, key: str) -> bool:
    """An image is for the readers of the posts that show it; its uploader and those who moderate see it without one."""
    image = _image_of(key)
    if person_id is None or image is None:
        return False
    standing = standings_of([person_id]).get(person_id)
    working_group_id = image.forum.working_group_id
    if standing is None:
        return False
    reads_group = standing.may_read_group(working_group_id)
    if reads_group and (image.uploader_id == person_id or may_moderate(standing, working_group_id)):
        return True
    return image.posts.filter(deleted_at=None, topic__in=Topic.objects.visible_to(standing)).exists()


def _image_of(key: str) -> ForumImage | None:
    try:
        return ForumImage.objects.select_related("forum").filter(key=uuid.UUID(key)).first()
    except ValueError:
        return None


def readers_of_topics(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, topic id) pairs, those who read the stream ``topic:<id>`` now."""
    ids = {key for _, key in pairs if key.isascii() and key.isdigit() and len(key) < 19 and key == str(int(key))}
    topics = Topic.objects.filter(pk__in=ids).values_list("pk", "forum__working_group_id", "opening")
    return _readers(pairs, {str(pk): (working_group_id, opening) for pk, working_group_id, opening in topics})


def writers_of_topics(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, topic id) pairs of readers, those who may post in the topic now."""
    ids = {key for _, key in pairs if key.isascii() and key.isdigit() and len(key) < 19}
    by_key = {str(topic.pk): topic for topic in Topic.objects.filter(pk__in=ids).select_related("forum")}
    standings = standings_of(person_id for person_id, _ in pairs)
    return {
        (person_id, key)
        for person_id, key in pairs
        if person_id in standings and key in by_key and may_reply(standings[person_id], by_key[key])
    }


def readers_of_forums(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, group slug) pairs, those who read the stream ``forum:<slug>`` now."""
    slugs = {key for _, key in pairs if key.isprintable()}
    groups = WorkingGroup.objects.filter(slug__in=slugs).values_list("slug", "pk")
    return _readers(pairs, {slug: (working_group_id, Opening.GROUP) for slug, working_group_id in groups})


def readers_of_marks(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, key) pairs, those who ask for their own stream ``marks:<person id>``."""
    standings = standings_of(person_id for person_id, _ in pairs)
    return {(person_id, key) for person_id, key in pairs if person_id in standings and key == str(person_id)}


def readers_of_posts(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, "post:<id>") pairs, those of people who may read the post now; a deleted one is nobody's."""
    ids = {key.removeprefix("post:") for _, key in pairs if key.removeprefix("post:").isdecimal()}
    return _readers(pairs, dict(_OPENINGS.rows(sorted(map(int, ids)))))


_OPENINGS = Prepared(
    lambda posts: Post.objects.filter(pk__in=posts, deleted_at=None).values_list(
        "pk", "topic__forum__working_group_id", "topic__opening"
    ),
    lambda pk, working_group_id, opening: (f"post:{pk}", (working_group_id, opening)),
)


def _readers(pairs: Sequence[tuple[int, str]], known: Mapping[str, tuple[int, str]]) -> set[tuple[int, str]]:
    """``known`` gives by key the group, and to whom what the key names is open."""
    standings = standings_of(person_id for person_id, _ in pairs)
    return {
        (person_id, key)
        for person_id, key in pairs
        if person_id in standings
        and key in known
        and (standings[person_id].may_read_group(known[key][0]) or known[key][1] != Opening.GROUP)
    }
