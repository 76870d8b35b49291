"""Home, group and region as the public sees them: facts from the rows, in a fixed number of queries."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from groups.models import Membership, Milestone, Network, Region, WorkingGroup
from tests.conftest import Cast
from visits.models import PublishedStory, StudyVisit


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_home_says_what_the_network_is_from_its_rows(client: Client, network: Network) -> None:
    assert "Working Together" not in text_of(client, "/")
    Network.objects.filter(pk=network.pk).update(
        long_name="Working Together", programme="A Programme", starts_on="2010-03-01", ends_on="2013-02-28"
    )
    page = text_of(client, "/")
    assert re.search(r"<h1>Working Together</h1>", page)
    assert "A Programme" in page
    assert "March 2010 – February 2013" in re.sub(r"</?time[^>]*>", "", page)


def test_home_without_a_network_says_what_belongs_there(client: Client, db: None) -> None:
    page = text_of(client, "/")
    assert page.count("<h1>") == 1
    assert "load_network" in page


def test_home_shows_every_region_on_the_map_and_in_the_list(client: Client, cast: Cast) -> None:
    page = text_of(client, "/")
    assert 'aria-label="Map of the regions"' in page
    assert page.count('href="/regions/slaskie/"') == 2
    assert page.count('href="/regions/lombardia/"') == 2
    assert '<span lang="pl">Śląskie</span>' in page
    assert '<span lang="it">Lombardia</span>' in page
    assert "in 2 countries" in page


def test_a_region_that_is_added_appears(client: Client, cast: Cast) -> None:
    Region.objects.create(
        code="FI19",
        slug="lansi-suomi",
        name="West Finland",
        native_name="Länsi-Suomi",
        country="FI",
        language="fi",
        lat=62.5,
        lon=23,
        position=0,
    )
    page = text_of(client, "/")
    assert page.count('href="/regions/lansi-suomi/"') == 2
    assert "in 3 countries" in page
    assert page.index("West Finland") < page.index(">Silesia<")


def test_home_counts_the_regions_that_take_part_without_those_that_only_watch(client: Client, cast: Cast) -> None:
    assert "2 of 2 regions take part" in text_of(client, "/")
    Membership.objects.filter(person=cast.agency).update(role="observer")
    assert "2 of 2 regions take part" not in text_of(client, "/")


def test_home_shows_milestones_in_the_order_of_time(client: Client, network: Network) -> None:
    Milestone.objects.create(
        network=network, kind="a", title="The later one", starts_on="2012-01-01", ends_on="2012-12-31"
    )
    Milestone.objects.create(
        network=network, kind="a", title="The earlier one", starts_on="2011-10-25", ends_on="2011-10-25"
    )
    page = text_of(client, "/")
    assert page.index("The earlier one") < page.index("The later one")
    assert '<time datetime="2011-10-25">25 October 2011</time>' in page
    assert '<time datetime="2012">2012</time>' in page


def test_a_group_s_public_face_shows_organisations_and_regions_but_no_person(
    client: Client, cast: Cast, agrifood: WorkingGroup
) -> None:
    page = text_of(client, "/groups/agrifood/")
    assert "ARR Bielsko" in page
    assert "A firm near Milan" in page
    assert "2 regions take part" in page
    assert 'class="tile is-lit" title="Silesia: takes part"' in page
    for name in cast.everyone():
        assert name.title() not in re.sub(r"Coordinated", "", page), name


def test_members_see_who_is_in_the_group(client_of: Callable[..., Client], cast: Cast) -> None:
    for person in (cast.coordinator, cast.observer, cast.secretariat, cast.director):
        page = text_of(client_of(person), "/groups/agrifood/")
        assert "Partner" in page
        assert 'href="/groups/agrifood/members/"' in page
    for person in (cast.outsider, cast.removed, cast.deactivated, None):
        assert 'href="/groups/agrifood/members/"' not in text_of(client_of(person), "/groups/agrifood/")


def test_a_group_without_anybody_says_that_it_is_forming(client: Client, agrifood: WorkingGroup) -> None:
    page = text_of(client, "/groups/agrifood/")
    assert "The group is forming" in page
    assert "No region takes part yet" in page


def test_the_public_face_of_an_empty_group_says_what_it_is_for_and_what_will_come(
    client: Client, cast: Cast, agrifood: WorkingGroup
) -> None:
    agency = cast.agency.organisation
    WorkingGroup.objects.filter(pk=agrifood.pk).update(coordinating_organisation=agency)
    Membership.objects.all().delete()
    page = re.sub(r"\s+", " ", text_of(client, "/groups/agrifood/"))
    assert "ties the clusters of its sector in 2 regions into one transnational meta-cluster" in page
    assert "It is coordinated by ARR Bielsko." in page
    assert "Organisations join through ARR Bielsko" in page
    assert "No visit is published yet." in page
    assert "The plan is not published yet." in page


def test_a_region_shows_its_organisations_and_the_groups_they_work_in(client: Client, cast: Cast) -> None:
    page = text_of(client, "/regions/slaskie/")
    assert "<h1>Silesia</h1>" in page
    assert "Poland" in page
    assert 'lang="pl">Śląskie' in page
    assert "ARR Bielsko" in page
    assert 'href="/groups/agrifood/"' in page
    assert "Tourism" not in page


def test_a_region_without_organisations_says_so(client: Client, lombardy: Region) -> None:
    assert "No organisation of this region has joined yet." in text_of(client, "/regions/lombardia/")


@pytest.mark.parametrize(
    "address", ["/groups/nothing/", "/regions/nothing/", "/groups/a%00b/", "/regions/%ED%A0%80/", "/nothing/"]
)
def test_what_is_not_there_is_a_helpful_404(client: Client, cast: Cast, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


@pytest.mark.parametrize("address", ["/", "/groups/agrifood/", "/regions/slaskie/", "/robots.txt"])
def test_public_pages_take_no_other_verb(client: Client, cast: Cast, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.once("the queries are as many with any database")
@pytest.mark.parametrize("address", ["/", "/groups/agrifood/", "/regions/zz00/"])
@pytest.mark.parametrize("who", ["public", "coordinator", "secretariat"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    address: str, who: str, cast: Cast, grown: Callable[[int], None], client_of: Callable[..., Client]
) -> None:
    client = client_of(None if who == "public" else getattr(cast, who))
    grown(1)
    few = queries_of(client, address)
    grown(50)
    assert queries_of(client, address) == few


def test_robots_keep_out_of_the_machinery(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /accounts/\n" in response.content.decode()


def test_home_joins_the_regions_that_met_on_published_visits_and_says_so_in_words(
    client: Client, cast: Cast, agrifood: WorkingGroup, silesia: Region, lombardy: Region
) -> None:
    assert "map-line" not in text_of(client, "/")
    day = date(2012, 5, 3)
    visit = StudyVisit.objects.create(
        working_group=agrifood,
        title="The mill",
        host_region=silesia,
        place="Bielsko",
        starts_on=day,
        ends_on=day,
        time_zone="Europe/Warsaw",
        planned_by=cast.coordinator,
    )
    facts = {"visit": visit, "host_region": silesia, "place": "Bielsko", "starts_on": day, "ends_on": day}
    story = PublishedStory.objects.create(title="Flour", teaser="x", source="x", published_by=cast.coordinator, **facts)
    story.regions.set([silesia, lombardy])
    assert "map-line" not in text_of(client, "/"), "a story that is not the published one"
    StudyVisit.objects.filter(pk=visit.pk).update(published_story=story)
    page = text_of(client, "/")
    assert page.count('class="map-line"') == 1
    assert "Silesia and Lombardy met on 1 visit." in page


@pytest.mark.parametrize(
    ("address", "title"), [("/groups/agrifood/", "Working group Agrifood"), ("/regions/slaskie/", "Silesia")]
)
def test_a_page_that_goes_on_changing_is_cited_with_the_day_on_which_it_was_read(
    client: Client, client_of: Callable[..., Client], cast: Cast, address: str, title: str
) -> None:
    cited = text_of(client, address).partition("How to cite this</h2>")[2].partition("</section>")[0]
    day = date_format(timezone.localdate(), "DATE_FORMAT")
    words = " ".join(re.sub(r"<[^>]*>", "", cited).split())
    assert words == f"Clusters-CORD. {title}. Read on {day}. http://localhost:8000{address}"
    assert "How to cite this" not in text_of(client_of(cast.partner), "/groups/agrifood/")


@pytest.mark.parametrize("address", ["/", "/groups/agrifood/", "/regions/slaskie/"])
def test_public_pages_tell_other_sites_what_they_are(client: Client, cast: Cast, address: str) -> None:
    head = text_of(client, address).partition("</head>")[0]
    for name in ("og:title", "og:description", "og:image", "og:url"):
        assert re.search(rf'<meta property="{name}" content="[^"]+">', head), name
    assert f'<link rel="canonical" href="http://localhost:8000{address}">' in head
