from django.db import migrations


def seen_by_its_author(apps, schema_editor):
    """Lessons from before anybody was asked: who wrote one down has seen it."""
    Lesson = apps.get_model("visits", "Lesson")
    for lesson in Lesson.objects.only("pk", "author_id").iterator():
        lesson.seen_by.add(lesson.author_id)


class Migration(migrations.Migration):

    dependencies = [
        ('visits', '0004_evidence_and_review'),
    ]

    operations = [
        migrations.RunPython(seen_by_its_author, migrations.RunPython.noop),
    ]
