"""What has to hold before the workspace is opened to the world."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from groups.queries import open_demo_accounts


def refuse_open_demo_accounts() -> None:
    """Raises ImproperlyConfigured where, outside the demo, somebody could sign in with a demo's public password."""
    if settings.DEMO:
        return
    emails = list(open_demo_accounts().order_by("email").values_list("email", flat=True)[:4])
    if emails:
        named = ", ".join(emails[:3]) + (", ..." if len(emails) > 3 else "")
        raise ImproperlyConfigured(
            f"Accounts of the demo are open: {named}. Their password is public. Close them with: "
            "python manage.py close_demo_accounts"
        )
