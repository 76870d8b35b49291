"""What tells a repeated request from another one is now made as in every room; what was sent unedited is known."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from groups.repeats import digest_of


def renew(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    Post, Topic = apps.get_model("forums", "Post"), apps.get_model("forums", "Topic")
    for post in Post.objects.filter(revision=0).exclude(idempotency_key=None).iterator(chunk_size=200):
        Post.objects.filter(pk=post.pk).update(sent_digest=digest_of(post.source))
    for topic in Topic.objects.exclude(idempotency_key=None).iterator(chunk_size=200):
        first = Post.objects.filter(topic=topic, number=1, revision=0).first()
        if first is not None:
            Topic.objects.filter(pk=topic.pk).update(sent_digest=digest_of(topic.title, first.source))


class Migration(migrations.Migration):
    dependencies = [("forums", "0001_initial")]
    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
