from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("plans", "0001_initial")]

    operations = [
        migrations.AddField("action", "sent_digest", models.CharField(editable=False, max_length=64, null=True)),
        migrations.AddField("section", "sent_digest", models.CharField(editable=False, max_length=64, null=True)),
        migrations.AddConstraint(
            "action", models.UniqueConstraint(fields=("plan", "sent_digest"), name="an_action_is_sent_once")
        ),
        migrations.AddConstraint(
            "section", models.UniqueConstraint(fields=("plan", "sent_digest"), name="a_section_is_sent_once")
        ),
    ]
