"""What a person can choose."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mail(models.TextChoices):
    """When unread notices are told of by e-mail."""

    NEVER = "never", _("Never")
    SOON = "soon", _("When they stay unread for 15 minutes")
    DAILY = "daily", _("Once a day, in the morning")
