"""Lets somebody in on behalf of the secretariat: their account, and what they are in a group and for the network."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from groups.domain.memberships import add_member
from groups.domain.offices import give_mandate, give_office
from groups.domain.people import create_person
from groups.enums import NetworkOffice, Role
from groups.models import Organisation, Person, Region, WorkingGroup
from groups.signing_in import invite

UNKNOWN: dict[type[ObjectDoesNotExist], str] = {
    Person.DoesNotExist: "--by: nobody has the address {by}.",
    Organisation.DoesNotExist: "--organisation: there is none called {organisation}.",
    WorkingGroup.DoesNotExist: "--group: there is none called {group}.",
    Region.DoesNotExist: "--mandate: there is no region {mandate}.",
}


class Command(BaseCommand):
    help = "Makes a person and sends them an e-mail with the link under which they choose their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who of the secretariat lets them in")
        parser.add_argument("--organisation", metavar="SLUG")
        parser.add_argument("--group", metavar="SLUG", help="the working group that they belong to")
        parser.add_argument("--role", choices=Role.values, help="what they are in that group")
        parser.add_argument("--office", choices=NetworkOffice.values, help="what they are for the whole network")
        parser.add_argument("--mandate", metavar="REGION", help="code (PL22) of the region that they speak for")
        parser.add_argument("--time-zone", default="Europe/Rome")

    def handle(self, *_args: Any, **options: Any) -> None:
        if (options["group"] is None) != (options["role"] is None):
            raise CommandError("--group and --role belong together: name both or neither.")
        try:
            person = _let_in(**options)
        except ObjectDoesNotExist as missing:
            raise CommandError(UNKNOWN[type(missing)].format(**options)) from missing
        except (PermissionDenied, ValidationError) as refusal:
            reasons = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            raise CommandError(" ".join(reasons)) from refusal
        try:
            invite(person)
        except OSError as trouble:
            raise CommandError(
                f"{person.name} is let in, but no e-mail could be sent ({trouble}). They choose a password by "
                "'Forgot your password?' on the page for signing in."
            ) from trouble
        self.stdout.write(f"{person.name} is let in and chooses a password by way of an e-mail to {person.email}.")


@transaction.atomic
def _let_in(
    *,
    email: str,
    name: str,
    by: str,
    organisation: str | None,
    group: str | None,
    role: str | None,
    office: str | None,
    mandate: str | None,
    time_zone: str,
    **_options: Any,
) -> Person:
    """All of it or nothing. Raises PermissionDenied, ValidationError, DoesNotExist."""
    secretariat = Person.objects.get_by_natural_key(by)
    person = create_person(
        email=email,
        name=name,
        organisation=Organisation.objects.get(slug=organisation) if organisation else None,
        language="en",
        time_zone=time_zone,
        by=secretariat,
    )
    if group and role:
        add_member(working_group=WorkingGroup.objects.get(slug=group), person=person, role=Role(role), by=secretariat)
    if office:
        give_office(person=person, office=NetworkOffice(office), by=secretariat)
    if mandate:
        give_mandate(person=person, region=Region.objects.get(code=mandate), by=secretariat)
    return person
