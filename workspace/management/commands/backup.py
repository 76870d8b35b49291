"""The whole installation into one file, while people go on writing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workspace import archive


class Command(BaseCommand):
    help = "Writes everything (rows and files) into one new file. People may go on writing meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            taken = archive.write(file, progress=self.stderr.write)
        except archive.Refused as refused:
            raise CommandError(str(refused)) from None
        except OSError as trouble:
            raise CommandError(f"{file} could not be written: {trouble.strerror}.") from None
        self.stdout.write(f"{file}: {taken.rows} rows and {taken.files} files.")
        if taken.missing:
            raise CommandError(
                f"The bytes of {len(taken.missing)} files were not there, {taken.missing[0]} among them. The archive "
                "holds all the rest; `manage.py verify` names what is missing."
            )
