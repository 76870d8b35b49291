"""Lets the first person of the secretariat in, who then lets in everybody else."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from groups.domain.offices import found_secretariat


class Command(BaseCommand):
    help = "Makes the first person of the secretariat. They set their password by 'Forgot your password?'."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--time-zone", default="Europe/Rome")

    def handle(self, *_args: Any, email: str, name: str, time_zone: str, **_options: Any) -> None:
        try:
            person = found_secretariat(email=email, name=name, language="en", time_zone=time_zone)
        except (PermissionDenied, ValidationError) as refusal:
            reasons = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            raise CommandError(" ".join(reasons)) from refusal
        self.stdout.write(
            f"{person.name} is the secretariat and sets a password by way of an e-mail to {person.email}."
        )
