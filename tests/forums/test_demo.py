"""The demo's discussions."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from forums.demo import load_demo_forums
from forums.models import ForumImage, Post, PostRevision, Reaction, ReadMark, Topic, TopicChange
from groups.domain.demo_people import load_demo_people
from notices.models import Notice


def test_the_demo_fills_every_groups_forum_once_and_in_the_order_of_time(db: None) -> None:
    call_command("load_network", verbosity=0)
    people = load_demo_people()
    load_demo_forums(people)
    assert Topic.objects.count() == 10
    assert Post.objects.filter(topic__forum__working_group__slug="agrifood").count() == 31
    assert set(Topic.objects.values_list("forum__working_group__slug", flat=True)) == {
        *("agrifood", "energy-environment", "tourism", "ict", "life-sciences")
    }
    for topic in Topic.objects.all():
        times = list(topic.posts.order_by("number").values_list("created_at", flat=True))
        assert times == sorted(times)
        assert times[-1] == topic.last_post_at < timezone.now()
    assert PostRevision.objects.get().replaced_at < timezone.now() - timedelta(days=1)
    assert not TopicChange.objects.filter(at__gt=timezone.now() - timedelta(days=1)).exists()
    heard = Notice.objects.exclude(created_at__in=Post.objects.values("created_at"))
    assert not heard.exists()
    assert Topic.objects.exclude(pinned_at=None).count() == 1
    assert Topic.objects.exclude(answer=None).count() == 2
    assert Reaction.objects.count() == 13
    assert ForumImage.objects.get().posts.count() == 1
    assert ReadMark.objects.filter(person=people["agency"]).count() == 5


def test_loading_the_demo_again_changes_nothing(db: None) -> None:
    call_command("load_network", verbosity=0)
    people = load_demo_people()
    load_demo_forums(people)
    before = list(Post.objects.values_list("pk", "source"))
    load_demo_forums(people)
    assert list(Post.objects.values_list("pk", "source")) == before
