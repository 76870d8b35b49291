"""The published story's page: what leads it, who went, how it is cited, and how it looks where it is shared."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import Cast
from visits.domain.stories import StoryText, publish_story, write_story
from visits.models import LogEntry, StudyVisit


@pytest.fixture
def page(visit: StudyVisit, cast: Cast, client: Client, log: Callable[..., LogEntry]) -> str:
    """The page of a story with two photos, whose words would break out of an attribute if they could."""
    one, two = log("Secret words.", 'A "dryer" <b>', "A yard").photos.all()
    text = StoryText(
        title='Nine "farms" <b>',
        teaser="One dryer & no quarrel.",
        source=f"First.\n\n[photo {one.pk}]\n\n[photo {two.pk}]",
    )
    write_story(visit=visit, by=cast.deputy, text=text)
    publish_story(visit=visit, by=cast.deputy)
    return client.get(f"/visits/{visit.pk}/story/").content.decode()


def meta(page: str, name: str) -> str:
    found = re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', page)
    assert len(found) == 1, (name, found)
    return str(found[0])


def test_it_is_previewed_with_a_photo_that_everybody_may_see(page: str, visit: StudyVisit, client: Client) -> None:
    assert meta(page, "og:title") == "Nine &quot;farms&quot; &lt;b&gt;"
    assert meta(page, "og:description") == meta(page, "description") == "One dryer &amp; no quarrel."
    assert meta(page, "og:url") == f"{settings.SITE_URL}/visits/{visit.pk}/story/"
    assert meta(page, "og:image:alt") == "A &quot;dryer&quot; &lt;b&gt;"
    image = meta(page, "og:image")
    assert image.startswith(settings.SITE_URL)
    assert client.get(image.removeprefix(settings.SITE_URL)).status_code == 200


def test_its_first_photo_leads_it_and_stands_there_once(page: str) -> None:
    assert page.count('<figure class="story-photo') == 2
    assert page.index("story-lead") < page.index("First.")
    assert page.count('alt="A yard"') == 1


def test_it_names_the_organisations_that_went_and_no_person(page: str) -> None:
    assert "ARR Bielsko (Silesia); A firm near Milan (Lombardy)" in page
    for name in ("Partner", "Agency", "Deputy", "Secret words"):
        assert name not in page.partition("<main")[2].partition("</main>")[0]


def test_its_map_leads_from_the_host_to_each_other_region_that_took_part(page: str) -> None:
    drawn = page[page.index('<svg class="map"') : page.index("</figcaption>", page.index('<svg class="map"'))]
    assert re.findall('class="map-spot([^"]*)" href="([^"]*)"', drawn) == [
        (" is-host", "/regions/slaskie/"),
        ("", "/regions/lombardia/"),
    ]
    assert drawn.count('<path class="map-line"') == 1
    assert "The visit was in Silesia; lines lead to the other regions that took part." in drawn


def test_it_says_how_it_is_cited(page: str, visit: StudyVisit) -> None:
    cited = page[page.index('id="cite"') :]
    for words in ("Agrifood working group", "<cite>Nine &quot;farms&quot; &lt;b&gt;</cite>", "Clusters-CORD"):
        assert words in cited
    assert f"{settings.SITE_URL}/visits/{visit.pk}/story/" in cited


def test_a_story_without_photos_is_previewed_with_the_workspaces_own_picture(
    visit: StudyVisit, cast: Cast, client: Client
) -> None:
    write_story(visit=visit, by=cast.deputy, text=StoryText(title="Words", teaser="Only words.", source="First."))
    publish_story(visit=visit, by=cast.deputy)
    page = client.get(f"/visits/{visit.pk}/story/").content.decode()
    assert "card" in meta(page, "og:image")
    assert meta(page, "og:type") == "article"
    assert "story-lead" not in page
