"""Renderings are kept by what they were made of."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from markup import domain, pipeline
from markup.domain import render, rendering_of, renderings_of
from markup.models import StoredRendering

pytestmark = pytest.mark.django_db


def test_a_stored_rendering_is_the_one_that_was_made() -> None:
    source = "# a @b\n\n*c*[^1]\n\n[^1]: \ud800\x00"
    made, read = rendering_of(source), rendering_of(source)
    assert made == read == render(source)
    assert type(read.html) is type(made.html)
    assert StoredRendering.objects.count() == 1


@pytest.mark.parametrize("count", [1, 50])
def test_stored_renderings_take_one_query_however_many_they_are(count: int) -> None:
    sources = [f"text *{number}*" for number in range(count)]
    renderings_of(sources)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = renderings_of(sources)
    assert len(queries) == 1
    assert found == {source: render(source) for source in sources}


@pytest.mark.parametrize("count", [1, 50])
def test_missing_renderings_are_stored_in_one_go(count: int) -> None:
    renderings_of(["there already"])
    with CaptureQueriesContext(connection) as queries:
        renderings_of(["there already", *[f"new {number}" for number in range(count)]])
    assert len(queries) == 4  # the look, a savepoint and its release, the insert
    assert StoredRendering.objects.count() == count + 1


def test_nothing_asked_is_nothing_queried() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert renderings_of([]) == {}
    assert len(queries) == 0


def test_the_same_source_asked_twice_at_once_is_stored_once() -> None:
    assert list(renderings_of(["a", "a"])) == ["a"]
    assert StoredRendering.objects.count() == 1


def test_each_heading_level_has_its_own() -> None:
    assert rendering_of("# a", base_heading=2).html == "<h2>a</h2>"
    assert rendering_of("# a", base_heading=3).html == "<h3>a</h3>"


def test_a_new_version_of_the_pipeline_renders_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    rendering_of("a")
    StoredRendering.objects.update(html="<p>old</p>")
    assert rendering_of("a").html == "<p>old</p>"
    monkeypatch.setattr(domain, "PIPELINE_VERSION", pipeline.PIPELINE_VERSION + 1)
    assert rendering_of("a").html == "<p>a</p>"


def test_what_earlier_versions_of_the_pipeline_made_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    domain.rendering_of("old")
    monkeypatch.setattr(domain, "PIPELINE_VERSION", domain.PIPELINE_VERSION + 1)
    domain.rendering_of("new")
    assert domain.forget_old_renderings() == 1
    assert [row.text for row in StoredRendering.objects.all()] == ["new"]


def test_somebody_else_storing_the_same_in_between_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(source: str, *, base_heading: int) -> pipeline.Rendering:
        rendering = render(source, base_heading=base_heading)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(domain, "render", render)
            rendering_of(source)
        return rendering

    monkeypatch.setattr(domain, "render", slow)
    assert rendering_of("a").html == "<p>a</p>"
    assert StoredRendering.objects.count() == 1


def test_a_database_that_takes_no_writes_spoils_neither_page_nor_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise DatabaseError("attempt to write a readonly database")

    monkeypatch.setattr(StoredRendering.objects, "bulk_create", refuse)
    with transaction.atomic():
        assert rendering_of("a").html == "<p>a</p>"
        assert StoredRendering.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_it_works_outside_of_any_transaction() -> None:
    assert rendering_of("a") == rendering_of("a")
    assert StoredRendering.objects.count() == 1


def test_a_rolled_back_transaction_takes_the_stored_rendering_along_and_no_more() -> None:
    with transaction.atomic():
        rendering_of("a")
        transaction.set_rollback(True)
    assert StoredRendering.objects.count() == 0
    assert rendering_of("a").html == "<p>a</p>"
