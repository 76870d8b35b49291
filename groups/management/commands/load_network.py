"""Loads the network: its regions, organisations, working groups and milestones."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from groups.domain.json_source import SourceError
from groups.domain.network import load_network

NETWORK_FILE = Path(__file__).resolve().parents[2] / "data" / "network.json"


class Command(BaseCommand):
    help = "Loads a network from its file: new rows are created, changed ones updated, none deleted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, default=NETWORK_FILE, help="default: groups/data/network.json"
        )

    def handle(self, *_args: Any, file: Path, verbosity: int, **_options: Any) -> None:
        try:
            loaded = load_network(source=file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except SourceError as error:
            raise CommandError(f"{file}, {error}. Nothing was loaded.") from error
        if not verbosity:
            return
        for word, rows in (("Created", loaded.created), ("Updated", loaded.updated)):
            for row in rows:
                self.stdout.write(f"{word}: {row}")
        for row in loaded.left:
            self.stdout.write(f"Left alone, though the file does not have it: {row}")
        if not loaded.changed_anything:
            self.stdout.write("Nothing changed: the database says what the file says.")
