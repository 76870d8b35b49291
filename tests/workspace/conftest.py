"""What only the tests of the pages that draw from several rooms need."""

from collections.abc import Callable

import pytest

from groups.enums import Role
from groups.models import Membership, Milestone, Network, Organisation, Person, Region, WorkingGroup


@pytest.fixture
def grown(network: Network) -> Callable[[int], None]:
    """Adds this many regions, agencies, groups, people, memberships and milestones to the network."""

    def grow(number: int) -> None:
        first = Region.objects.filter(code__startswith="ZZ").count()
        for place in range(first, first + number):
            code = f"ZZ{place:02d}"
            region = Region.objects.create(
                code=code,
                slug=code.lower(),
                name=f"Region {place}",
                native_name=f"Regio {place}",
                country="AT",
                language="de",
                lat=45 + place / 10,
                lon=10 + place / 10,
                position=100 + place,
            )
            agency = Organisation.objects.create(
                slug=code.lower(), name=f"Agency {place}", region=region, is_agency=True
            )
            group = WorkingGroup.objects.create(
                network=network, slug=f"group-{place}", name=f"Group {place}", coordinating_organisation=agency
            )
            person = Person.objects.create_user(
                email=f"{code}@grown.example", name=f"Person {place}", organisation=agency
            )
            for each in WorkingGroup.objects.filter(slug__in=[group.slug, "agrifood"]):
                Membership.objects.create(person=person, working_group=each, role=Role.PARTNER)
            Milestone.objects.create(
                network=network, kind="note", title=f"Milestone {place}", starts_on="2012-01-01", ends_on="2012-02-01"
            )

    return grow
