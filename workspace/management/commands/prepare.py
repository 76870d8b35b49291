"""What has to be there before a web process of this release starts, while those of the one before still serve."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from workspace import launcher


class Command(BaseCommand):
    help = "Brings tables and static files to this release, and loads the network where there is none yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            launcher.prepare(keep_earlier=True)
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("Prepared.")
