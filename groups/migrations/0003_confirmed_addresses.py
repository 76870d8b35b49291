from django.db import migrations


def confirm(apps, schema_editor):
    """Whoever has an account got it by way of a letter to their address, or from the demo: their addresses hold."""
    person_model = apps.get_model("groups", "Person")
    address_model = apps.get_model("account", "EmailAddress")
    known = set(address_model.objects.values_list("user_id", flat=True))
    people = person_model.objects.exclude(pk__in=known)
    address_model.objects.bulk_create(
        address_model(user_id=person.pk, email=person.email, verified=True, primary=True) for person in people
    )


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0002_joining_and_offers"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(confirm, migrations.RunPython.noop)]
