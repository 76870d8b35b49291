"""The demo's discussions, all invented: some weeks of exchange in the forums of the working groups."""

import io
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from files.enums import Size
from forums.domain.images import upload_image
from forums.domain.moderating import pin_topic, resolve_topic
from forums.domain.posting import edit_post, post_reply, start_topic
from forums.domain.reacting import react
from forums.domain.reading import mark_read
from forums.models import Post, Topic
from groups.models import Person, WorkingGroup
from notices.demo import date_back

TOPICS = Path(__file__).parent / "data" / "demo_topics.json"
# How far the people whom visitors sign in as have read: all but so many posts of each topic of theirs.
UNREAD = {"coordinator": 0, "deputy": 2, "agency": 1, "partner": 3}
PINNED = "What makes a cluster ours? A comparison on one page"
# Who resolved which topic, with which post.
RESOLVED = {
    "Study visit to Upper Austria: what should we look at?": ("linz", 4),
    "Indicators that a small firm can answer in ten minutes": ("coordinator", 5),
}
# So long after its first post a topic was pinned, after its last one resolved; and a post corrected.
LATER = timedelta(minutes=95)
# Topic, post, kind of reaction, by whom.
REACTIONS = (
    ("What makes a cluster ours? A comparison on one page", 4, "agree", ("agency", "observer", "stuttgart")),
    ("What makes a cluster ours? A comparison on one page", 5, "thanks", ("coordinator", "pannon")),
    ("Traceability: who keeps the record when the batch crosses a border?", 4, "thanks", ("partner", "piestany")),
    (
        "Traceability: who keeps the record when the batch crosses a border?",
        1,
        "same_here",
        ("partner", "mills"),
    ),
    ("Indicators that a small firm can answer in ten minutes", 3, "new_to_me", ("deputy", "observer")),
    ("From field to spice mill: can others use the drying data?", 5, "thanks", ("hops", "agency")),
)
# Per cent of moisture, by the half day.
CURVES = {(178, 74, 48): (80, 62, 47, 35, 26, 19, 15, 12), (92, 112, 100): (80, 72, 64, 57, 50, 43, 37, 31)}
CORRECTED = "drying costs us about 90 euro a tonne"
CORRECTION = "drying costs us about 85 euro a tonne (corrected: I had read the gross figure)"


@transaction.atomic
def load_demo_forums(people: Mapping[str, Person]) -> None:
    """Writes the discussions if no topic exists yet. ``people`` are the demo's, by the part of their address before
    the @."""
    if Topic.objects.exists():
        return
    groups = {group.slug: group for group in WorkingGroup.objects.all()}
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    planned = json.loads(TOPICS.read_text(encoding="utf-8"))["topics"]
    posts = [(topic, post) for topic in planned for post in topic["posts"]]
    topics: dict[str, Topic] = {}
    for topic, post in sorted(posts, key=lambda pair: _moment(midnight, pair[1]["days"], pair[1]["at"])):
        title, author = topic["title"], people[post["who"]]
        at = _moment(midnight, post["days"], post["at"])
        source = _source_of(post, groups[topic["group"]], author)
        if title in topics:
            post_reply(topic=topics[title], author=author, source=source, at=at)
        else:
            group = groups[topic["group"]]
            topics[title], _ = start_topic(working_group=group, author=author, title=title, source=source, at=at)
    _correct_a_figure()
    _moderate(topics, people)
    for written in Post.objects.all():
        date_back([written.subject], written.created_at)
    _read_most(people)


def _moment(midnight: datetime, days: int, at: str) -> datetime:
    """So many days before today, at that time of the day (UTC)."""
    hour, minute = at.split(":")
    return midnight - timedelta(days=days) + timedelta(hours=int(hour), minutes=int(minute))


def _source_of(post: dict[str, Any], group: WorkingGroup, author: Person) -> str:
    source = "\n".join(post["text"])
    if "image" not in post:
        return source
    name, alt = post["image"]["name"], post["image"]["alt"]
    upload = SimpleUploadedFile(name, _curves())
    image = upload_image(working_group=group, by=author, upload=upload, alt=alt)
    return source.replace("{image}", f"![{alt}]({image.file.url(Size.MEDIUM)})")


def _curves() -> bytes:
    """A drawing of the drying curves, as PNG."""
    width, height, edge = 1200, 640, 60
    picture = Image.new("RGB", (width, height), (250, 247, 240))
    pen = ImageDraw.Draw(picture)
    for percent in range(0, 101, 20):
        y = height - edge - percent * (height - 2 * edge) // 100
        pen.line((edge, y, width - edge, y), fill=(222, 215, 202), width=2)
        pen.text((edge - 12, y), f"{percent} %", fill=(90, 84, 76), anchor="rm", font_size=20)
    for colour, curve in CURVES.items():
        step = (width - 2 * edge) / (len(curve) - 1)
        points = [
            (edge + step * place, height - edge - percent * (height - 2 * edge) / 100)
            for place, percent in enumerate(curve)
        ]
        pen.line(points, fill=colour, width=6, joint="curve")
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _moderate(topics: Mapping[str, Topic], people: Mapping[str, Person]) -> None:
    pinned = topics[PINNED]
    pin_topic(topic=pinned, by=people["coordinator"], pinned=True, at=pinned.created_at + LATER)
    for title, (who, answer) in RESOLVED.items():
        last = Topic.objects.get(pk=topics[title].pk).last_post_at
        resolve_topic(topic=topics[title], by=people[who], resolved=True, answer=answer, at=last + LATER)
    for title, number, kind, by in REACTIONS:
        post = Post.objects.get(topic=topics[title], number=number)
        for who in by:
            react(post=post, person=people[who], kind=kind, on=True)


def _correct_a_figure() -> None:
    post = Post.objects.select_related("topic", "author").get(source__contains=CORRECTED)
    source = post.source.replace(CORRECTED, CORRECTION)
    edit_post(post=post, editor=post.author, source=source, at=post.created_at + LATER)


def _read_most(people: Mapping[str, Person]) -> None:
    for topic in Topic.objects.filter(forum__working_group__slug="agrifood"):
        for who, unread in UNREAD.items():
            mark_read(topic=topic, person=people[who], number=max(topic.last_post_number - unread, 0))
