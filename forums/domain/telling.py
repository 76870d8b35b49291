"""Whom a post concerns: people and regions that it mentions, and those whom it answers. They get a notice."""

import re

from forums.models import Post, Topic
from forums.queries import mentionables_of
from notices.domain import News, notify

MENTION = "forums.mention"
REGION_MENTION = "forums.region_mention"
REPLY = "forums.reply"


def tell_whom_it_concerns(topic: Topic, post: Post, mentioned: tuple[str, ...]) -> None:
    """The last thing in the transaction of a post or an edit; whoever has heard of the post by the same kind of notice
    hears nothing more. ``mentioned`` are the handles in its text. Of several reasons the nearest is told: their name,
    their region, an answer to them."""
    meant = mentionables_of(topic.working_group).people_meant(mentioned) if mentioned else {}
    by_name = [pk for pk, entry in meant.items() if entry.kind == "person"]
    by_region = {pk: entry.name for pk, entry in meant.items() if entry.kind == "region"}
    facts = {"topic": topic.title}
    news = [_news(MENTION, by_name, topic, post, facts)]
    for region in sorted(set(by_region.values())):
        people = [pk for pk, name in by_region.items() if name == region]
        news.append(_news(REGION_MENTION, people, topic, post, {**facts, "region": region}))
    news.append(_news(REPLY, _answered(topic, post), topic, post, facts))
    notify(*(one for one in news if one.recipients))


def _news(kind: str, people: list[int], topic: Topic, post: Post, facts: dict[str, str]) -> News:
    url = f"{topic.get_absolute_url()}?from={post.number}#post-{post.number}"
    return News(kind=kind, recipients=people, subject=post.subject, url=url, actor_id=post.author_id, facts=facts)


def _answered(topic: Topic, post: Post) -> list[int]:
    """Who opened the topic, and who wrote the posts that this one links to."""
    if post.number == 1:
        return []
    links = re.findall(rf"/topics/{topic.pk}/\?from=(\d{{1,9}})", post.source)
    linked = Post.objects.filter(topic=topic, number__in={int(number) for number in links})
    return sorted({topic.author_id, *linked.values_list("author_id", flat=True)})
