"""The directory of people and organisations, what organisations offer and need, and what the secretariat does there."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from groups.domain.organisations import edit_offer, write_offer
from groups.domain.people import deactivate_person
from groups.enums import NetworkOffice, OfferKind
from groups.models import Mandate, Membership, Offer, OfficeHolding, Organisation, Person, Region, WorkingGroup
from groups.standing import standing_of
from groups.trace import trace_of_person
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]
FIRM = "/organisations/firm/"


@pytest.fixture
def offer(cast: Cast, agrifood: WorkingGroup) -> Offer:
    assert cast.partner.organisation is not None
    return write_offer(
        organisation=cast.partner.organisation,
        kind=OfferKind.OFFER,
        title="A solar dryer",
        description="For nine farms.",
        sectors=[agrifood],
        by=cast.partner,
    )


def test_an_organisation_shows_whoever_is_signed_in_what_it_offers_and_its_people(
    cast: Cast, offer: Offer, client_of: ClientOf
) -> None:
    page = client_of(cast.outsider).get(FIRM).content.decode()
    for text in (
        "A firm near Milan",
        "Lombardy",
        "A solar dryer",
        "For nine farms.",
        "Agrifood",
        "Nothing is looked for",
    ):
        assert text in page
    assert ">Partner</a>" in page
    assert ">Deactivated</a>" not in client_of(cast.secretariat).get(FIRM).content.decode()


@pytest.mark.parametrize("address", ["/", "/groups/agrifood/", "/regions/lombardia/"])
def test_no_public_page_leads_the_public_to_the_directory(cast: Cast, client: Client, address: str) -> None:
    for place in ("/organisations/", "/people/"):
        assert f'href="{place}' not in client.get(address).content.decode()
        assert client.get(place)["Location"] == f"/accounts/login/?next={place}"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["ARR Bielsko", "A firm near Milan"]),
        ("words=milan", ["A firm near Milan"]),
        ("words=SOLAR+farms", ["A firm near Milan"]),
        ("words=solar+bielsko", []),
        ("region=PL22", ["ARR Bielsko"]),
        ("kind=offer", ["A firm near Milan"]),
        ("kind=need", []),
        ("kind=x&region=%00&words=%00", ["ARR Bielsko", "A firm near Milan"]),
    ],
)
def test_organisations_are_found_by_word_region_and_offer(
    cast: Cast, offer: Offer, client_of: ClientOf, query: str, found: list[str]
) -> None:
    client = client_of(cast.outsider)
    page = client.get(f"/organisations/?{query}").content.decode()
    assert [name for name in ("ARR Bielsko", "A firm near Milan") if f">{name}</a>" in page] == found
    answer = client.get(f"/api/organisations?{query}")
    if "%00" in query:
        assert answer.status_code == 422
    else:
        assert [each["name"] for each in answer.json()["organisations"]] == found


def test_its_people_write_what_it_offers_once_edit_it_and_take_it_back(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    form = {"kind": "need", "title": "A dryer", "description": "Soon.", "sectors": [agrifood.pk]}
    for _time in range(2):
        assert client.post(f"{FIRM}offers/new/", form)["Location"] == FIRM
    (offer,) = Offer.objects.all()
    assert (offer.kind, list(offer.sectors.all())) == ("need", [agrifood])
    client.post(f"{FIRM}offers/{offer.pk}/", form | {"title": "Two dryers"})
    assert "Two dryers" in client_of(cast.outsider).get(FIRM).content.decode()
    client.post(f"{FIRM}offers/{offer.pk}/withdraw/")
    assert "Two dryers" not in client_of(cast.outsider).get(FIRM).content.decode()
    assert client.get(f"{FIRM}offers/{offer.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 151),
        ("title", "a\0b"),
        ("kind", "gift"),
        ("sectors", "x"),
        ("sectors", "9" * 40),
        ("description", "x" * 10**6),
    ],
)
def test_a_wrong_offer_is_refused_at_its_field(cast: Cast, client_of: ClientOf, field: str, value: str) -> None:
    form = {"kind": "need", "title": "A dryer", "description": "Soon.", field: value}
    answer = client_of(cast.partner).post(f"{FIRM}offers/new/", form)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}


def test_nobody_else_writes_for_an_organisation(cast: Cast, offer: Offer) -> None:
    for by in (cast.agency, cast.deactivated):
        with pytest.raises(PermissionDenied):
            edit_offer(offer=offer, kind=OfferKind.NEED, title="X", description="", sectors=[], by=by)
    edit_offer(offer=offer, kind=OfferKind.NEED, title="X", description="", sectors=[], by=cast.secretariat)


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "ftp://x.example", "nowhere", f"https://{'x' * 300}.example"]
)
def test_a_website_is_one(cast: Cast, client_of: ClientOf, website: str) -> None:
    answer = client_of(cast.partner).post(f"{FIRM}about/", {"about": "We dry.", "website": website})
    assert answer.context["form"].errors.keys() == {"website"}
    client_of(cast.partner).post(f"{FIRM}about/", {"about": "We dry <b>.", "website": "https://dry.example/"})
    page = client_of(cast.outsider).get(FIRM).content.decode()
    assert "We dry &lt;b&gt;." in page
    assert 'href="https://dry.example/"' in page


def test_the_secretariat_founds_organisations_and_renames_them(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.secretariat)
    for _name in range(2):
        client.post("/organisations/new/", {"name": "New!", "region": "", "is_agency": ""})
    made = Organisation.objects.get(name="New!")
    assert made.slug == "new-2"
    region = Region.objects.get(code="ITC4")
    client.post(f"/organisations/{made.slug}/edit/", {"name": "Newer", "region": region.pk})
    made.refresh_from_db()
    assert (made.name, made.region) == ("Newer", region)


def test_people_are_found_by_name_organisation_and_region(cast: Cast, client_of: ClientOf) -> None:
    def found(client: Client, query: str) -> set[str]:
        page = client.get(f"/people/?{query}").content.decode()
        return {name for name in ("Agency", "Partner", "Outsider", "Deactivated") if f">{name}</a>" in page}

    client = client_of(cast.outsider)
    assert found(client, "") == {"Agency", "Partner", "Outsider"}
    assert found(client, "words=bielsko") == {"Agency"}
    assert found(client, "region=PL22") == {"Agency"}
    assert found(client, "words=cast.example") == set()
    assert found(client, "closed=on") == {"Agency", "Partner", "Outsider"}
    assert found(client_of(cast.secretariat), "words=partner@cast") == {"Partner"}
    assert found(client_of(cast.secretariat), "closed=on") == {"Deactivated"}


def test_the_secretariat_lets_in_gives_mandates_and_offices_and_ends_them(
    cast: Cast, silesia: Region, client_of: ClientOf
) -> None:
    client = client_of(cast.secretariat)
    client.post("/people/new/", {"email": "new@cast.example", "name": "New", "language": "en"})
    person = Person.objects.get(email="new@cast.example")
    assert mail.outbox[0].to == ["new@cast.example"]
    at = f"/people/{person.pk}/"
    client.post(f"{at}mandates/", {"region": "PL22"})
    assert standing_of(person).mandates == {silesia.pk}
    assert standing_of(cast.agency).mandates == set()
    client.post(f"{at}offices/", {"office": "exchange_director"})
    assert standing_of(person).offices == {NetworkOffice.EXCHANGE_DIRECTOR}
    client.post(f"{at}mandates/{Mandate.objects.current().get().pk}/end/")
    client.post(f"{at}offices/{OfficeHolding.objects.current().get(person=person).pk}/end/")
    assert standing_of(person).mandates == set()
    assert standing_of(person).offices == set()
    assert {one.sentence for one in trace_of_person(person)} == {
        "Secretariat gave New the mandate of Silesia",
        "Secretariat ended the mandate of New for Silesia",
        "Secretariat appointed New: Exchange director",
        "Secretariat ended the office of New: Exchange director",
    }


def test_the_last_of_the_secretariat_is_told_to_name_a_successor(cast: Cast, client_of: ClientOf) -> None:
    seat = OfficeHolding.objects.get(person=cast.secretariat)
    address = f"/people/{cast.secretariat.pk}/offices/{seat.pk}/end/"
    page = client_of(cast.secretariat).post(address, follow=True).content.decode()
    assert "Name a successor first." in page
    assert client_of(cast.secretariat).post(f"/people/{cast.secretariat.pk}/close/").status_code == 403


def test_an_account_is_closed_and_opened_again_with_what_the_person_was(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.secretariat)
    at = f"/people/{cast.partner.pk}/"
    assert "Close the account of Partner?" in client.get(f"{at}close/").content.decode()
    client.post(f"{at}close/")
    assert not standing_of(cast.partner).is_signed_in
    assert client_of(cast.agency).get(at).status_code == 404
    client.post(f"{at}reopen/")
    assert [role.value for role in standing_of(cast.partner).roles.values()] == ["partner"]
    assert mail.outbox[-1].to == ["partner@cast.example"]
    sentences = [one.sentence for one in trace_of_person(cast.partner)][:2]
    assert sentences == ["Secretariat opened the account of Partner again", "Secretariat closed the account of Partner"]
    with pytest.raises(PermissionDenied):
        deactivate_person(person=cast.partner, by=cast.coordinator)


def test_a_person_s_name_and_organisation_are_changed(cast: Cast, client_of: ClientOf) -> None:
    agency = Organisation.objects.get(slug="arr-bielsko")
    address = f"/people/{cast.partner.pk}/edit/"
    client = client_of(cast.secretariat)
    client.post(address, {"name": "Pat", "organisation": agency.pk})
    cast.partner.refresh_from_db()
    assert (cast.partner.name, cast.partner.organisation) == ("Pat", agency)
    assert client.post(address, {"name": " ", "organisation": agency.pk}).status_code == 422


@pytest.mark.parametrize("pk", ["0", "999999", str(2**63), "9" * 300])
def test_a_number_that_nothing_has_is_not_found(cast: Cast, client_of: ClientOf, pk: str) -> None:
    client = client_of(cast.secretariat)
    for address in (f"/people/{pk}/", f"/people/{pk}/edit/", f"{FIRM}offers/{pk}/", f"/people/?page={pk}"):
        assert client.get(address).status_code == (200 if "?" in address else 404), address


@pytest.mark.once("the queries are as many with any database")
def test_no_page_of_the_directory_takes_more_queries_for_more_rows(
    cast: Cast, offer: Offer, agrifood: WorkingGroup, lombardy: Region, client_of: ClientOf
) -> None:
    addresses = ("/people/", "/organisations/", FIRM, f"/people/{cast.partner.pk}/", "/api/organisations")
    addresses += ("/api/groups/agrifood/members",)

    def counted() -> dict[str, int]:
        numbers = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as context:
                assert client_of(cast.secretariat).get(address).status_code == 200
            numbers[address] = len(context)
        return numbers

    counted()
    before = counted()
    firm = cast.partner.organisation
    assert firm is not None
    for number in range(50):
        other = Organisation.objects.create(slug=f"o{number}", name="O", region=lombardy)
        for organisation in (firm, other):
            made = Offer.objects.create(
                organisation=organisation, kind="offer", title=f"{number}", written_by=cast.partner
            )
            made.sectors.add(agrifood)
            person = Person.objects.create_user(
                f"{number}@{organisation.slug}.example", name="Y", organisation=organisation
            )
            Membership.objects.create(person=person, working_group=agrifood, role="partner")
        group = WorkingGroup.objects.create(slug=f"g{number}", name=f"G {number}", network=agrifood.network)
        Membership.objects.create(person=cast.partner, working_group=group, role="partner")
    assert counted() == before


def test_an_offer_that_was_taken_back_is_not_edited(cast: Cast, offer: Offer, client_of: ClientOf) -> None:
    client_of(cast.partner).post(f"{FIRM}offers/{offer.pk}/withdraw/")
    with pytest.raises(ValidationError, match="taken back"):
        edit_offer(offer=offer, kind=OfferKind.NEED, title="X", description="", sectors=[], by=cast.partner)
