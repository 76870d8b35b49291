"""Whether all that was promised is still there: streams without gaps, documents that can be read, files as stored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collab import verification as documents
from files import verification as files
from live import verification as streams

CHECKED = {"streams": streams.problems, "documents": documents.problems, "files": files.problems}


class Command(BaseCommand):
    help = "Checks every stream's numbering, every document's log and every file; exits 1 and says what is wrong."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = 0
        for what, problems in CHECKED.items():
            self.stderr.write(f"checking the {what} ...")
            for problem in problems(self.stderr.write):
                found += 1
                self.stdout.write(problem)
        if found:
            raise CommandError("1 problem was found." if found == 1 else f"{found} problems were found.")
        self.stdout.write("All is well.")
