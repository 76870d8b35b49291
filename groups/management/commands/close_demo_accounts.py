"""Closes the accounts that a demo left behind, before a real installation opens."""

from typing import Any

from django.core.management.base import BaseCommand

from groups.domain.demo_people import close_demo_accounts


class Command(BaseCommand):
    help = "Closes every account of the demo: nobody can sign in by its public password any more."

    def handle(self, *_args: Any, **_options: Any) -> None:
        closed = close_demo_accounts()
        for person in closed:
            self.stdout.write(f"Closed: {person.email}")
        if not closed:
            self.stdout.write("No account of the demo is open.")
