"""Closes a person's account on behalf of the secretariat."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from groups.domain.people import deactivate_person
from groups.models import Person


class Command(BaseCommand):
    help = "Closes an account: sessions, tokens and open sockets end. What the person wrote stays, with their name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who of the secretariat closes it")

    def handle(self, *_args: Any, email: str, by: str, **_options: Any) -> None:
        try:
            person = Person.objects.get_by_natural_key(email)
            deactivate_person(person=person, by=Person.objects.get_by_natural_key(by))
        except Person.DoesNotExist as missing:
            raise CommandError(f"Nobody has the address {email}, or nobody {by}.") from missing
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The account of {person.name} ({person.email}) is closed.")
