"""A page names the scripts that it will need, so that none is fetched only once the one that imports it is there."""

import re
from collections.abc import Callable

import pytest
from django.contrib.staticfiles.finders import find
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import Client, RequestFactory

from groups.models import Person
from tests.conftest import Cast
from workspace.modules import module_addresses, needed_by
from workspace.preloads import Preloads

ClientOf = Callable[[Person | None], Client]
PRELOADED = re.compile(r'<link rel="modulepreload" href="([^"]+)" fetchpriority="low">')


def test_what_a_module_imports_is_needed_with_it_once_and_what_they_import_too() -> None:
    needed = needed_by(["forums/topic", "forums/composer", "forums/topic"])
    assert len(needed) == len(set(needed))
    assert needed[:2] == [static("forums/topic.js"), static("forums/composer.js")]
    assert {static("live/live.js"), static("workspace/modules.js"), static("workspace/draft.js")} <= set(needed)


def test_a_name_that_no_module_has_is_passed_over() -> None:
    assert needed_by(["forums/nothing", "", "../etc"]) == []


def test_every_import_of_a_module_is_one_that_can_be_fetched() -> None:
    needed = needed_by(module_addresses())
    assert len(needed) > 50
    assert [address for address in needed if find(address.removeprefix("/static/")) is None] == []


@pytest.mark.django_db
def test_a_page_names_what_its_elements_ask_for_in_its_head(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.coordinator).get("/groups/agrifood/forum/").content.decode()
    head, _, body = page.partition("</head>")
    asked = {name for names in re.findall(r' data-module="([^"]*)"', page) for name in names.split()}
    assert {"forums/drafting", "workspace/toasts"} <= asked
    assert set(PRELOADED.findall(head)) == set(needed_by(asked))
    assert PRELOADED.findall(body) == []


def test_what_somebody_writes_asks_for_no_script(rf: RequestFactory) -> None:
    page = '<head></head><p data-module="workspace/menu">"so data-module="plans/editor" and data-module="\xff"</p>'
    answer = Preloads(lambda _request: HttpResponse(page))(rf.get("/"))
    assert isinstance(answer, HttpResponse)
    assert PRELOADED.findall(answer.content.decode()) == needed_by(["workspace/menu"])


@pytest.mark.django_db
def test_what_is_no_page_is_left_as_it_is(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    for address in ("/api/groups/agrifood/topics", "/robots.txt"):
        assert b"modulepreload" not in client.get(address).content
