"""The demo's people: there for the demo, refused everywhere else."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.management import call_command
from django.test import Client

from groups.checks import refuse_open_demo_accounts
from groups.domain.demo_people import PEOPLE, load_demo_people
from groups.domain.memberships import remove_member
from groups.domain.tokens import make_token
from groups.enums import NetworkOffice, Role
from groups.models import Mandate, Membership, OfficeHolding, Organisation, Person, Region, WorkingGroup
from groups.queries import valid_token
from groups.standing import standing_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Person]:
    call_command("load_network", verbosity=0)
    return load_demo_people()


def test_the_people_of_the_contract_are_what_it_says(people: dict[str, Person]) -> None:
    agrifood = WorkingGroup.objects.get(slug="agrifood")
    for who in ("coordinator", "deputy", "agency", "partner", "observer"):
        assert people[who].email == f"{who}@demo.example"
        assert standing_of(people[who]).roles == {agrifood.pk: Role(who)}
    assert people["agency"].organisation == Organisation.objects.get(slug="arr-bielsko")
    assert standing_of(people["agency"]).mandates == {Region.objects.get(code="PL22").pk}
    assert standing_of(people["outsider"]).roles == {WorkingGroup.objects.get(slug="tourism").pk: Role.PARTNER}
    secretariat = standing_of(people["secretariat"])
    assert (secretariat.roles, secretariat.offices) == ({}, {NetworkOffice.SECRETARIAT})


def test_every_group_has_a_coordinator_and_every_region_a_voice(people: dict[str, Person]) -> None:
    for group in WorkingGroup.objects.all():
        assert Membership.objects.current().filter(working_group=group, role=Role.COORDINATOR).count() == 1
    assert Mandate.objects.current().count() == Region.objects.count() == 10
    agrifood = Membership.objects.current().filter(working_group__slug="agrifood")
    assert agrifood.values("person__organisation__region").distinct().count() == 10


def test_invented_organisations_say_that_they_are(people: dict[str, Person]) -> None:
    invented = Organisation.objects.filter(slug__startswith="demo-")
    assert invented.count() == 10
    assert all(organisation.name.endswith(" (demo)") for organisation in invented)


def test_loading_them_again_changes_nothing_that_was_changed_since(people: dict[str, Person]) -> None:
    remove_member(membership=Membership.objects.get(person=people["partner"]), by=people["coordinator"])
    before = [list(model.objects.order_by("pk").values()) for model in (Person, Membership, Mandate, OfficeHolding)]
    assert load_demo_people().keys() == people.keys()
    after = [list(model.objects.order_by("pk").values()) for model in (Person, Membership, Mandate, OfficeHolding)]
    assert after == before


def test_they_sign_in_with_the_demos_password_even_when_it_was_changed(
    people: dict[str, Person], settings: LazySettings, client: Client
) -> None:
    settings.DEMO_PASSWORD = "another"
    load_demo_people()
    answer = client.post("/accounts/login/", {"login": "agency@demo.example", "password": "another"})
    assert answer.status_code == 302
    assert client.get("/api/me").json()["email"] == "agency@demo.example"


def test_they_need_the_network() -> None:
    with pytest.raises(ImproperlyConfigured, match="load_network first"):
        load_demo_people()
    assert not Person.objects.exists()


def test_outside_the_demo_nobody_of_them_is_made(settings: LazySettings) -> None:
    call_command("load_network", verbosity=0)
    settings.DEMO = False
    with pytest.raises(PermissionDenied):
        load_demo_people()
    assert not Person.objects.exists()


def test_outside_the_demo_their_open_accounts_stop_the_start_until_they_are_closed(
    people: dict[str, Person], settings: LazySettings, client: Client
) -> None:
    _token, secret = make_token(person=people["agency"], name="laptop")
    refuse_open_demo_accounts()
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured, match=r"agency@demo.example.*python manage.py close_demo_accounts"):
        refuse_open_demo_accounts()
    said = StringIO()
    call_command("close_demo_accounts", stdout=said)
    assert said.getvalue().count("Closed: ") == len(PEOPLE)
    refuse_open_demo_accounts()
    assert valid_token(secret) is None
    client.post("/accounts/login/", {"login": "agency@demo.example", "password": settings.DEMO_PASSWORD})
    assert client.get("/api/me").status_code == 401


def test_outside_the_demo_an_address_of_the_demo_is_enough_to_stop_the_start(settings: LazySettings) -> None:
    settings.DEMO = False
    refuse_open_demo_accounts()
    Person.objects.create_user(email="Agency@DEMO.example", name="Sneaky", password="demo")
    with pytest.raises(ImproperlyConfigured):
        refuse_open_demo_accounts()
