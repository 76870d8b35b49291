"""The pages about people: a group's members and one's own profile."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from groups.domain.memberships import add_member
from groups.domain.tokens import make_token
from groups.enums import Role
from groups.models import AccessToken, Membership, Organisation, Person, Region, WorkingGroup
from groups.queries import members_by_region, valid_token
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]
MEMBERS = "/groups/agrifood/members/"


def membership_of(person: Person) -> Membership:
    return Membership.objects.current().get(person=person)


def address_of(person: Person) -> str:
    return f"{MEMBERS}{membership_of(person).pk}/"


def test_members_are_listed_by_region_from_north_to_south(cast: Cast, agrifood: WorkingGroup) -> None:
    Person.objects.filter(pk=cast.observer.pk).update(organisation=None)
    listed = members_by_region(agrifood)
    assert [entry.region.code if entry.region else None for entry in listed] == ["PL22", "ITC4", None]
    assert [member.card.name for member in listed[1].members] == ["Coordinator", "Deputy", "Partner"]
    assert [member.speaks_for for member in listed[0].members] == ["Silesia"]


def test_the_page_names_members_and_not_those_who_left(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.observer).get(MEMBERS).content.decode()
    for name in (
        "Coordinator",
        "Deputy",
        "Agency",
        "Partner",
        "Observer",
        "ARR Bielsko",
        "Speaks for the region Silesia",
    ):
        assert name in page
    for name in ("Removed", "Deactivated", "Outsider", "Add a member", "Have left"):
        assert name not in page


@pytest.mark.parametrize("who", ["coordinator", "deputy", "secretariat"])
def test_those_who_lead_see_who_has_left(cast: Cast, client_of: ClientOf, who: str) -> None:
    page = client_of(cast.everyone()[who]).get(MEMBERS).content.decode()
    assert page.index("Have left") < page.index("Removed")
    assert "Account closed" in page
    assert re.search('<time datetime="[^<]+</time> to <time datetime="', page)
    assert 'Since <time datetime="' in page


def test_what_is_shown_to_a_person_is_kept_by_no_cache_and_public_pages_are(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.partner)
    for address in (MEMBERS, "/", "/api/me", "/nothing/"):
        assert client.get(address)["Cache-Control"] == "private, no-store", address
    _token, secret = make_token(person=cast.partner, name="laptop")
    answer = Client().get("/api/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer["Cache-Control"] == "private, no-store"
    assert not Client().get("/").has_header("Cache-Control")


def test_the_profile_tells_of_tokens_and_of_none(cast: Cast, client_of: ClientOf) -> None:
    assert "You have no access tokens." in client_of(cast.partner).get("/profile/").content.decode()
    make_token(person=cast.partner, name="laptop")
    page = client_of(cast.partner).get("/profile/").content.decode()
    assert "You have no access tokens." not in page
    assert re.search(r"made <time [^>]*>just now</time> · never used", page)


@pytest.mark.once("the queries are as many with any database")
def test_the_number_of_queries_does_not_grow_with_the_members(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as context:
            assert client_of(cast.coordinator).get(MEMBERS).status_code == 200
        return len(context)

    queries()
    before = queries()
    for number in range(50):
        region = Region.objects.create(
            code=f"X{number:03}", slug=f"x{number}", name="X", native_name="X", country="XX", language="xx",
            lat=0, lon=0, position=100 + number,
        )  # fmt: skip
        organisation = Organisation.objects.create(slug=f"x{number}", name="X", region=region)
        person = Person.objects.create_user(email=f"{number}@x.example", name="X", organisation=organisation)
        Membership.objects.create(person=person, working_group=agrifood, role=Role.PARTNER)
    assert queries() == before


def test_a_leader_adds_somebody_known_to_the_network(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.deputy)
    assert "Outsider, A firm near Milan" in client.get(f"{MEMBERS}new/").content.decode()
    answer = client.post(f"{MEMBERS}new/", {"person": cast.outsider.pk, "role": "observer"}, follow=True)
    assert "Outsider is now a member." in answer.content.decode()
    assert Membership.objects.current().get(person=cast.outsider, working_group__slug="agrifood").role == "observer"


@pytest.mark.parametrize("person", ["", "x", "0", "-1", str(2**70), "1\0", "partner", "deactivated", "None"])
def test_somebody_who_cannot_be_added_is_refused_at_the_field(cast: Cast, client_of: ClientOf, person: str) -> None:
    value = str(cast.everyone()[person].pk) if person in cast.everyone() else person
    answer = client_of(cast.coordinator).post(f"{MEMBERS}new/", {"person": value, "role": "observer"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"person"}


def test_a_deputy_is_not_offered_the_coordinators_role_and_cannot_send_it(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.deputy)
    assert 'value="coordinator"' not in client.get(f"{MEMBERS}new/").content.decode()
    answer = client.post(f"{MEMBERS}new/", {"person": cast.outsider.pk, "role": "coordinator"})
    assert answer.context["form"].errors.keys() == {"role"}
    assert client.post(address_of(cast.coordinator), {"role": "partner"}).status_code == 403
    assert client.post(f"{address_of(cast.coordinator)}end/").status_code == 403
    assert membership_of(cast.coordinator).role == "coordinator"


def test_a_role_is_changed_from_its_page(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    assert client.get(address_of(cast.partner)).status_code == 200
    answer = client.post(address_of(cast.partner), {"role": "deputy"}, follow=True)
    assert "Partner: Deputy coordinator." in answer.content.decode()
    assert membership_of(cast.partner).role == "deputy"


def test_the_last_coordinator_is_told_what_to_do_first(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    answer = client.post(address_of(cast.coordinator), {"role": "partner"})
    assert answer.context["form"].errors == {
        "role": ["The group would be left without a coordinator. Name a successor first."]
    }
    answer = client.post(f"{address_of(cast.coordinator)}end/")
    assert "Name a successor first." in answer.content.decode()
    assert membership_of(cast.coordinator).role == "coordinator"


def test_a_member_is_removed_after_being_asked_once(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    page = client.get(f"{address_of(cast.partner)}end/").content.decode()
    assert "Remove Partner from Agrifood?" in page
    address = f"{address_of(cast.partner)}end/"
    assert "Partner is no longer a member." in client.post(address, follow=True).content.decode()
    assert client.post(address).status_code == 404
    assert client_of(cast.partner).get(MEMBERS).status_code == 404


def test_a_member_leaves_by_themselves(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.partner)
    assert "Leave the group" in client.get(MEMBERS).content.decode()
    answer = client.post(f"{address_of(cast.partner)}end/", follow=True)
    assert answer.redirect_chain == [("/groups/agrifood/", 302)]
    assert not Membership.objects.current().filter(person=cast.partner).exists()


def test_a_membership_is_found_under_its_own_group_only(cast: Cast, client_of: ClientOf) -> None:
    strange = f"/groups/tourism/members/{membership_of(cast.partner).pk}/"
    for who in ("secretariat", "coordinator", "other_coordinator"):
        assert client_of(cast.everyone()[who]).get(strange).status_code == 404


@pytest.mark.parametrize("pk", ["0", "999999", str(2**63), "9" * 300])
def test_a_number_that_nothing_has_is_not_found(cast: Cast, client_of: ClientOf, pk: str) -> None:
    client = client_of(cast.secretariat)
    for address in (f"{MEMBERS}{pk}/", f"{MEMBERS}{pk}/end/", f"/profile/tokens/{pk}/revoke/"):
        assert client.get(address).status_code == 404


def test_the_profile_is_changed(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.partner)
    answer = client.post(
        "/profile/", {"name": " Pat  Ner ", "language": "en", "time_zone": "Europe/Vienna"}, follow=True
    )
    assert "Your profile is saved." in answer.content.decode()
    cast.partner.refresh_from_db()
    assert (cast.partner.name, cast.partner.time_zone) == ("Pat Ner", "Europe/Vienna")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 1_000_000),
        ("name", "a\0b"),
        ("name", "a\u202eb"),
        ("language", "tlh"),
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", ""),
    ],
)
def test_a_wrong_profile_is_refused_at_the_field_and_nothing_typed_is_lost(
    cast: Cast, client_of: ClientOf, field: str, value: str
) -> None:
    sent = {"name": "Another Name", "language": "en", "time_zone": "Europe/Vienna", field: value}
    answer = client_of(cast.partner).post("/profile/", sent)
    assert answer.context["form"].errors.keys() == {field}
    assert answer.context["form"]["name"].value() == sent["name"]
    cast.partner.refresh_from_db()
    assert (cast.partner.name, cast.partner.time_zone) == ("Partner", "Europe/Rome")


def test_a_token_is_shown_once_and_works(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.partner)
    made = client.post("/profile/tokens/", {"token-name": "laptop"})
    secret = made.content.decode().split("<code>")[1].split("</code>")[0]
    assert made["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    token = valid_token(secret)
    assert token is not None
    assert token.person == cast.partner
    page = client.get("/profile/").content.decode()
    assert secret not in page
    assert f'<span class="number">{secret[-4:]}</span>' in page
    asked = client.get(f"/profile/tokens/{token.pk}/revoke/")
    assert "Revoke the token “laptop”?" in asked.content.decode()
    assert valid_token(secret) == token
    client.post(f"/profile/tokens/{token.pk}/revoke/")
    assert valid_token(secret) is None


def test_a_token_wants_a_name(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.partner).post("/profile/tokens/", {"token-name": " "})
    assert answer.context["token_form"].errors.keys() == {"name"}
    assert not AccessToken.objects.exists()


def test_the_tokens_of_others_are_not_there(cast: Cast, client_of: ClientOf) -> None:
    token, secret = make_token(person=cast.partner, name="a name of partner's own")
    client = client_of(cast.secretariat)
    assert "a name of partner" not in client.get("/profile/").content.decode()
    assert client.post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404
    assert valid_token(secret) == token


@pytest.mark.parametrize("address", [MEMBERS, f"{MEMBERS}new/", "/profile/"])
def test_nobody_and_a_closed_account_are_sent_to_sign_in(cast: Cast, client_of: ClientOf, address: str) -> None:
    for person in (None, cast.deactivated):
        answer = client_of(person).get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


def test_the_page_of_a_member_keeps_its_address_through_every_role_and_return(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    address = address_of(cast.partner)
    client.post(address, {"role": "observer"})
    newer = address_of(cast.partner)
    assert newer != address
    assert f'href="{address}"' in client.get(MEMBERS).content.decode()
    assert f'href="{newer}"' not in client.get(MEMBERS).content.decode()
    assert client.get(address).status_code == 200
    assert client.get(newer)["Location"] == address
    assert client.get(f"{newer}end/")["Location"] == f"{address}end/"
    client.post(f"{newer}end/")
    add_member(
        working_group=membership_of(cast.coordinator).working_group,
        person=cast.partner,
        role=Role.AGENCY,
        by=cast.coordinator,
    )
    assert client.get(address).status_code == 200


def test_a_form_sent_twice_does_one_thing(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    new = {"person": cast.outsider.pk, "role": "observer"}
    for _time in range(2):
        assert client.post(f"{MEMBERS}new/", new).status_code == 302
    assert Membership.objects.filter(person=cast.outsider, working_group__slug="agrifood").count() == 1
    answers = [client.post("/profile/tokens/", {"token-name": name}) for name in ("laptop", " laptop ")]
    assert [answer.status_code for answer in answers] == [200, 422]
    assert "You have a token of this name." in answers[1].content.decode()
    assert AccessToken.objects.count() == 1


def test_a_member_in_another_role_is_named_as_one(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.coordinator).post(f"{MEMBERS}new/", {"person": cast.partner.pk, "role": "observer"})
    assert answer.context["form"].errors == {"person": ["Partner is already a member of this group."]}


def test_the_network_s_time_zones_come_first_and_each_zone_once(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.partner).get("/profile/").content.decode()
    first = page[page.index('<optgroup label="In the network') : page.index('<optgroup label="Europe">')]
    assert re.findall(r'<option value="([^"]+)"', first) == ["Europe/Rome", "Europe/Warsaw"]
    assert '<option value="Europe/Rome" selected>Rome</option>' in first
    assert page.count('value="Europe/Rome"') == 1
    assert '<option value="America/Argentina/Buenos_Aires">Buenos Aires, Argentina</option>' in page
    assert "US/Pacific" not in page
    Person.objects.filter(pk=cast.partner.pk).update(time_zone="US/Pacific")
    client = client_of(cast.partner)
    assert '<option value="US/Pacific" selected>' in client.get("/profile/").content.decode()
    kept = {"name": "Partner", "language": "en", "time_zone": "US/Pacific"}
    assert client.post("/profile/", kept).status_code == 302


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200, address
    return len(context)


@pytest.mark.once("the queries are as many with any database")
def test_no_page_or_list_takes_more_queries_for_more_rows(
    cast: Cast, agrifood: WorkingGroup, lombardy: Region, client_of: ClientOf
) -> None:
    Person.objects.filter(pk__in=[cast.partner.pk, cast.coordinator.pk]).update(is_demo=True)
    make_token(person=cast.partner, name="one")
    asked = [(cast.partner, address) for address in ("/profile/", "/api/me", "/api/groups")]
    asked += [(None, "/accounts/login/"), (cast.coordinator, f"{MEMBERS}new/"), (cast.coordinator, MEMBERS)]
    asked += [(cast.coordinator, address_of(cast.partner)), (cast.secretariat, "/api/groups")]

    def counted() -> list[tuple[str, int]]:
        return [(address, queries_of(client_of(person), address)) for person, address in asked]

    counted()
    before = counted()
    for number in range(50):
        organisation = Organisation.objects.create(slug=f"o{number}", name="O", region=lombardy)
        person = Person.objects.create_user(f"{number}@demo.example", name="X", organisation=organisation, is_demo=True)
        group = WorkingGroup.objects.create(slug=f"g{number}", name=f"G {number}", network=agrifood.network)
        for one in (person, cast.partner):
            Membership.objects.create(person=one, working_group=group, role=Role.PARTNER)
        Person.objects.create_user(f"{number}@other.example", name="Y", organisation=organisation)
        AccessToken.objects.create(person=cast.partner, name=f"{number}", digest=f"{number}", hint="hint")
    assert counted() == before
