"""Nobody is ever in doubt where they are: the breadcrumbs, and what an open page says once it is no longer theirs."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from groups.models import Person, WorkingGroup
from tests.conftest import Cast


def crumbs(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    found = re.search(r'<nav class="breadcrumbs".*?</nav>', page, flags=re.DOTALL)
    return re.findall(r'<a href="([^"]*)"', found[0]) if found else []


@pytest.mark.parametrize(
    ("address", "above"),
    [
        ("/", []),
        ("/groups/agrifood/", ["/", "/#groups"]),
        ("/regions/slaskie/", ["/", "/#regions"]),
        ("/groups/agrifood/members/", ["/", "/groups/agrifood/"]),
        ("/groups/agrifood/members/new/", ["/", "/groups/agrifood/", "/groups/agrifood/members/"]),
        ("/groups/agrifood/forum/", ["/", "/groups/agrifood/"]),
        ("/groups/agrifood/plan/", ["/", "/groups/agrifood/"]),
        ("/groups/agrifood/visits/", ["/", "/groups/agrifood/"]),
        ("/groups/agrifood/visits/plan/", ["/", "/groups/agrifood/", "/groups/agrifood/visits/"]),
    ],
)
def test_the_crumbs_lead_from_home_over_the_group_to_what_is_above_the_page(
    client_of: Callable[..., Client], cast: Cast, address: str, above: list[str]
) -> None:
    assert crumbs(client_of(cast.coordinator), address) == above


@pytest.mark.parametrize("who", ["public", "deactivated"])
def test_only_who_is_signed_in_can_lose_a_page(client_of: Callable[..., Client], cast: Cast, who: str) -> None:
    client = client_of(None if who == "public" else getattr(cast, who))
    assert "workspace/farewell" not in client.get("/").content.decode().partition("<body")[2]


def test_a_page_that_is_no_longer_one_s_own_leads_to_the_group_s_public_face(
    client_of: Callable[..., Client], cast: Cast, agrifood: WorkingGroup
) -> None:
    page = client_of(cast.partner).get("/groups/agrifood/forum/").content.decode()
    farewell = page[page.index('class="farewell"') :]
    assert 'href="/accounts/login/?next=/groups/agrifood/forum/"' in farewell
    assert 'href="/groups/agrifood/"' in farewell
    assert farewell.count(" hidden>") >= 3


def test_signing_in_again_leads_back_to_an_address_with_any_sign(client_of: Callable[..., Client], cast: Cast) -> None:
    Person.objects.filter(pk=cast.partner.pk).update(name="Not to be seen")
    page = client_of(cast.partner).get('/groups/"><script>/').content.decode()
    assert "><script>/" not in page
