"""An installation out of one file, into an empty one."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from workspace import archive


class Command(BaseCommand):
    help = "Fills an empty, migrated installation from a file that `backup` wrote, on SQLite or PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            taken = archive.read(file, progress=self.stderr.write)
        except archive.Refused as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as trouble:
            raise CommandError(f"The rows could not be restored: {trouble}") from None
        except OSError as trouble:
            raise CommandError(f"{trouble.filename or file}: {trouble.strerror}.") from None
        self.stdout.write(f"Restored {taken.rows} rows and {taken.files} files. Everybody signs in again.")
