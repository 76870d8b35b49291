"""Snapshots of documents with a long log, so that they open quickly; the log itself is kept whole."""

from typing import Any

from django.core.management.base import BaseCommand

from collab import domain


class Command(BaseCommand):
    help = "Makes a snapshot of every document with a long log (the job process does so every minute)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        made = domain.compact_documents(progress=self.stderr.write)
        self.stdout.write(f"Snapshots made: {made}.")
