from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("plans", "0002_sent_once")]

    operations = [
        migrations.AddField("version", "sent_digest", models.CharField(editable=False, max_length=64, null=True)),
        migrations.AddConstraint(
            "version", models.UniqueConstraint(fields=("plan", "sent_digest"), name="a_version_is_sent_once")
        ),
    ]
