"""The people of the demo: invented, with names that say so, at the network's agencies and at invented firms.

Their password is public, so they exist in the demo alone. See ``groups.checks`` for what keeps them out elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.demo_life import load_demo_life
from groups.domain.people import close_account
from groups.domain.time_zones import ZONE_OF_COUNTRY
from groups.enums import NetworkOffice, Role
from groups.models import Mandate, Membership, OfficeHolding, Organisation, Person, Region, WorkingGroup
from groups.queries import open_demo_accounts

DEMO_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """``groups`` maps slugs to roles; ``speaks_for`` is a region's code; ``days_here`` is since when they take part."""

    login: str
    name: str
    organisation: str
    groups: dict[str, Role]
    days_here: int
    speaks_for: str | None = None
    office: NetworkOffice | None = None
    days_since_left: int | None = None


# slug, name, code of the region
ORGANISATIONS = (
    ("demo-aranykalasz", "Aranykalász Food Cluster (demo)", "HU21"),
    ("demo-elbe-food-university", "Elbe Valley Food University (demo)", "CZ04"),
    ("demo-julian-trails", "Julian Trails Tourism Cluster (demo)", "SI04"),
    ("demo-lomellina-rice", "Riseria Lomellina (demo)", "ITC4"),
    ("demo-beskid-orchards", "Beskid Orchards Cooperative (demo)", "PL22"),
    ("demo-hohenlohe-mills", "Hohenloher Mühlen (demo)", "DE11"),
    ("demo-muehlviertel-hops", "Mühlviertel Hop Growers (demo)", "AT31"),
    ("demo-kranj-software-park", "Kranj Software Park (demo)", "SI04"),
    ("demo-moravian-biohub", "Moravian Biohub (demo)", "CZ06"),
    ("demo-sudeten-wind", "Sudeten Wind Park (demo)", "PL51"),
)

COORDINATOR, DEPUTY, AGENCY, PARTNER, OBSERVER = (
    Role.COORDINATOR,
    Role.DEPUTY,
    Role.AGENCY,
    Role.PARTNER,
    Role.OBSERVER,
)
ENERGY, LIFE = "energy-environment", "life-sciences"

PEOPLE = (
    DemoPerson("coordinator", "Chiara Risaia", "milano-metropoli", {"agrifood": COORDINATOR}, 330),
    DemoPerson("deputy", "Pietro Frumento", "parco-tecnologico-padano", {"agrifood": DEPUTY}, 325),
    DemoPerson("agency", "Zofia Jabłonka", "arr-bielsko", {"agrifood": AGENCY}, 318, "PL22"),
    DemoPerson("partner", "Piroska Paprikás", "demo-aranykalasz", {"agrifood": PARTNER}, 260),
    DemoPerson("observer", "Vít Pramen", "demo-elbe-food-university", {"agrifood": OBSERVER}, 140),
    DemoPerson("outsider", "Maja Planinka", "demo-julian-trails", {"tourism": PARTNER}, 210),
    DemoPerson("secretariat", "Jana Labská", "rra-usti", {}, 330, office=NetworkOffice.SECRETARIAT),
    DemoPerson("director", "Ambrogio Navigli", "milano-metropoli", {}, 330, "ITC4", NetworkOffice.EXCHANGE_DIRECTOR),
    DemoPerson("usti", "Radek Krušný", "rra-usti", {"agrifood": AGENCY, ENERGY: AGENCY}, 310, "CZ04"),
    DemoPerson("cvirr", "Ondřej Větrník", "cvirr", {ENERGY: COORDINATOR, "agrifood": AGENCY}, 322, "CZ06"),
    DemoPerson("arleg", "Bogdan Miedzianka", "arleg", {"agrifood": AGENCY, ENERGY: DEPUTY}, 305, "PL51"),
    DemoPerson("kranj", "Mojca Medvešček", "bsc-kranj", {"agrifood": AGENCY, "tourism": DEPUTY}, 300, "SI04"),
    DemoPerson("piestany", "Zuzana Bryndzová", "rra-piestany", {LIFE: COORDINATOR, "agrifood": AGENCY}, 321, "SK02"),
    DemoPerson("pannon", "Réka Balatoni", "mid-pannon", {"agrifood": AGENCY, "tourism": AGENCY}, 298, "HU21"),
    DemoPerson("stuttgart", "Greta Neckartal", "wrs", {"ict": COORDINATOR, "agrifood": AGENCY}, 320, "DE11"),
    DemoPerson("linz", "Leopold Donauer", "wko-ooe", {"tourism": COORDINATOR, "agrifood": AGENCY}, 319, "AT31"),
    DemoPerson("rice", "Ugo Carnaroli", "demo-lomellina-rice", {"agrifood": PARTNER}, 250),
    DemoPerson("orchards", "Kacper Sadownik", "demo-beskid-orchards", {"agrifood": PARTNER}, 190),
    DemoPerson("mills", "Heidrun Mühlbach", "demo-hohenlohe-mills", {"agrifood": PARTNER}, 175),
    DemoPerson("hops", "Resi Hopfner", "demo-muehlviertel-hops", {"agrifood": PARTNER}, 120),
    DemoPerson("software", "Žiga Vrtičnik", "demo-kranj-software-park", {"ict": PARTNER}, 160),
    DemoPerson("biohub", "Štěpánka Buňková", "demo-moravian-biohub", {LIFE: PARTNER}, 150),
    DemoPerson("wind", "Halina Wiatrak", "demo-sudeten-wind", {ENERGY: PARTNER}, 145),
    DemoPerson("former", "Karol Odszedł", "demo-beskid-orchards", {"agrifood": PARTNER}, 300, days_since_left=191),
)


@transaction.atomic
def load_demo_people() -> dict[str, Person]:
    """The demo's people by the part of their address before the @, made where they are missing.

    What was changed in the demo since (a role, a name) stays changed; the password is set back to the demo's. Raises
    PermissionDenied outside the demo, ImproperlyConfigured before the network is loaded.
    """
    if not settings.DEMO:
        raise PermissionDenied(_("Demo people belong in the demo alone."))
    regions = {region.code: region for region in Region.objects.all()}
    groups = {group.slug: group for group in WorkingGroup.objects.all()}
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    needed = {slug for entry in PEOPLE for slug in entry.groups} | {code for _slug, _name, code in ORGANISATIONS}
    if not needed <= groups.keys() | regions.keys():
        raise ImproperlyConfigured("The demo's people need the network: manage.py load_network first.")
    for slug, name, code in ORGANISATIONS:
        if slug not in organisations:
            organisations[slug] = Organisation.objects.create(slug=slug, name=name, region=regions[code])
    people = {person.email: person for person in Person.objects.filter(is_demo=True)}
    password = _demo_password(people.values())
    for entry in PEOPLE:
        email = f"{entry.login}@{DEMO_DOMAIN}"
        if email not in people:
            people[email] = _take_part(entry, email, password, organisations[entry.organisation], groups, regions)
    by_login = {email.partition("@")[0]: person for email, person in people.items()}
    load_demo_life(by_login)
    return by_login


@transaction.atomic
def close_demo_accounts() -> list[Person]:
    """Closes every account that the demo left open, wherever this runs; returns whose they were."""
    people = list(open_demo_accounts())
    for person in people:
        close_account(person)
    return people


def _take_part(
    entry: DemoPerson,
    email: str,
    password: str,
    organisation: Organisation,
    groups: dict[str, WorkingGroup],
    regions: dict[str, Region],
) -> Person:
    """Makes one person with what they are in the network. Nobody acts here, so the rows have no author."""
    assert organisation.region is not None  # the network's file and the table above give each of them one
    now = timezone.now()
    since = now - timedelta(days=entry.days_here)
    left = None if entry.days_since_left is None else now - timedelta(days=entry.days_since_left)
    person = Person.objects.create(
        email=email,
        name=entry.name,
        password=password,
        organisation=organisation,
        time_zone=ZONE_OF_COUNTRY[organisation.region.country],
        is_demo=True,
        joined_at=since,
    )
    person.confirm_address()
    for slug, role in entry.groups.items():
        Membership.objects.create(person=person, working_group=groups[slug], role=role, started_at=since, ended_at=left)
    if entry.office:
        OfficeHolding.objects.create(person=person, office=entry.office, started_at=since)
    if entry.speaks_for and not Mandate.objects.current().filter(region=regions[entry.speaks_for]).exists():
        Mandate.objects.create(person=person, region=regions[entry.speaks_for], started_at=since)
    return person


def _demo_password(people: Iterable[Person]) -> str:
    """The stored form of the demo's password: one for all, so that a start need not compute two dozen of them."""
    stored = {person.password for person in people if person.is_active}
    encoded = next((one for one in stored if check_password(settings.DEMO_PASSWORD, one)), None)
    encoded = encoded or make_password(settings.DEMO_PASSWORD)
    Person.objects.filter(is_demo=True, is_active=True).exclude(password=encoded).update(password=encoded)
    return encoded
