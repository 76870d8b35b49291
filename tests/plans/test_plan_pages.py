"""The pages of the workroom: what they show, what they cost, what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from groups.models import Organisation, Person
from markup.models import StoredRendering
from plans.domain import sections as outline
from plans.domain.action_table import ActionTerms, add_action
from plans.domain.versions import freeze_version, publish_version
from plans.models import Section, StrategicPlan
from tests.conftest import Cast
from tests.plans.conftest import Write

ClientOf = Callable[[Person | None], Client]
PLAN = "/groups/agrifood/plan/"


def fill(plan: StrategicPlan, cast: Cast, write: Write, places: range) -> None:
    """Adds for each place a section with text, an action with organisations of their own, and a version."""
    region = cast.agency.organisation.region
    for place in places:
        lead, partner = (
            Organisation.objects.create(slug=f"{kind}-{place}", name=f"{kind} {place}", region=region)
            for kind in ("lead", "partner")
        )
        section = outline.add_section(plan=plan, person=cast.coordinator, heading=f"Section {place}")
        write(section, f"text {place}", cast.partner)
        terms = ActionTerms(title=f"Action {place}", description=f"about {place}", lead=lead, partners=(partner,))
        add_action(plan=plan, person=cast.partner, terms=terms)
        version = freeze_version(plan=plan, person=cast.coordinator, name=f"Version {place}")
    publish_version(version=version, person=cast.coordinator)


HISTORY = [f"{PLAN}history/", f"{PLAN}writers/", f"{PLAN}history/compare?old=0&new=999"]
PAGES = [
    *HISTORY,
    PLAN,
    f"{PLAN}outline/",
    f"{PLAN}actions/",
    f"{PLAN}actions/1/",
    f"{PLAN}versions/",
    f"{PLAN}versions/1/",
]


@pytest.mark.once("the queries are as many with any database")
def test_a_page_takes_as_many_queries_for_one_row_as_for_fifty(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf, write: Write
) -> None:
    client = client_of(cast.coordinator)

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = [*PAGES, f"{PLAN}published/", "/api/plans/agrifood", "/api/plans/agrifood/versions"]
    plan.sections.all().delete()
    fill(plan, cast, write, range(1))
    few = {path: queries(path) for path in paths}
    fill(plan, cast, write, range(1, 50))
    assert {path: queries(path) for path in paths} == few


def test_the_workroom_shows_the_section_of_the_address_or_the_first(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf, write: Write
) -> None:
    write(sections[0], "the *first* text", cast.partner)
    write(sections[2], "the *third* text", cast.partner)
    client = client_of(cast.observer)
    assert "the <em>first</em> text" in client.get(PLAN).content.decode()
    page = client.get(PLAN, {"section": sections[2].id}).content.decode()
    assert "the <em>third</em> text" in page
    assert "the <em>first</em> text" not in page


def test_reading_a_draft_stores_no_rendering_and_a_very_long_one_is_shown_as_typed(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf, write: Write
) -> None:
    write(sections[0], "the *first* text", cast.partner)
    write(sections[1], "the *second* <b>text</b>\n" * 20_000, cast.partner)
    client = client_of(cast.observer)
    assert "the <em>first</em> text" in client.get(PLAN).content.decode()
    assert "the *second* &lt;b&gt;text&lt;/b&gt;" in client.get(PLAN, {"section": sections[1].id}).content.decode()
    assert not StoredRendering.objects.exists()


@pytest.mark.parametrize("section", ["nothing", "", "x" * 10_000, "\x00", "agrifood'--"])
def test_a_section_that_is_not_there_is_not_found(
    section: str, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    assert client_of(cast.observer).get(PLAN, {"section": section}).status_code == 404


def test_a_plan_without_sections_says_what_belongs_there(plan: StrategicPlan, cast: Cast, client_of: ClientOf) -> None:
    for section in list(plan.sections.all()):
        outline.remove_section(section=section, person=cast.coordinator)
    assert "Add a section" in client_of(cast.coordinator).get(PLAN).content.decode()
    assert "As soon as the coordinator adds a section" in client_of(cast.partner).get(PLAN).content.decode()


def test_a_first_look_starts_the_plan(cast: Cast, client_of: ClientOf) -> None:
    assert "Executive summary" in client_of(cast.observer).get(PLAN).content.decode()
    assert StrategicPlan.objects.count() == 1


def test_a_preview_is_the_text_as_it_would_be_published(plan: StrategicPlan, cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.observer).post(f"{PLAN}preview", {"text": "**bold** <script>alert(1)</script>"})
    assert "<strong>bold</strong>" in answer.json()["html"]
    assert "<script" not in answer.json()["html"]


def test_a_preview_of_too_much_is_refused_in_words(plan: StrategicPlan, cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.partner).post(f"{PLAN}preview", {"text": "x" * 1_000_000})
    assert (answer.status_code, answer.json()) == (413, {"detail": "This text is too long for a preview."})


def outline_after(client: Client, path: str, data: dict[str, Any]) -> str:
    answer = client.post(f"{PLAN}sections/{path}", data, follow=True)
    assert answer.redirect_chain == [(f"{PLAN}outline/", 302)]
    return answer.content.decode()


def test_a_leader_arranges_the_outline_by_forms_alone(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    client, first = client_of(cast.deputy), sections[0]
    assert "Risks" in outline_after(client, "add", {"heading": "Risks"})
    assert "In short" in outline_after(client, f"{first.id}/rename", {f"{first.id}-heading": "In short"})
    outline_after(client, f"{first.id}/move", {"after": sections[2].id})
    assert ", ARR Bielsko (Silesia)" in outline_after(client, f"{first.id}/assign", {"assignee": str(cast.agency.pk)})
    assert Section.objects.get(pk=first.pk).position == 3
    assert "Unlock" in outline_after(client, f"{first.id}/lock", {})
    assert "Unlock" not in outline_after(client, f"{first.id}/unlock", {})
    assert "Put back" in outline_after(client, f"{first.id}/remove", {})
    assert "This section has been taken out of the plan." in outline_after(client, f"{first.id}/lock", {})
    assert "Put back" not in outline_after(client, f"{first.id}/restore", {})


def test_the_form_of_a_new_section_sent_twice_adds_one(plan: StrategicPlan, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.deputy)
    key = client.get(f"{PLAN}outline/").context["adding"]["idempotency_key"].value()
    for _time in range(2):
        outline_after(client, "add", {"heading": "Risks", "idempotency_key": key})
    assert plan.sections.filter(heading="Risks").count() == 1


@pytest.mark.parametrize("after", ["x", "²", "\x00", "9" * 10_000, "../.."], ids=repr)
def test_a_section_is_not_moved_after_what_is_not_there(
    after: str, plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.coordinator)
    assert client.post(f"{PLAN}sections/{sections[1].id}/move", {"after": after}).status_code == 404


@pytest.mark.parametrize("assignee", ["x", "²", "\x00", "9" * 10_000, "-1"], ids=repr)
def test_a_section_is_not_given_to_nobody_we_know(
    assignee: str, plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    page = outline_after(client_of(cast.coordinator), f"{sections[1].id}/assign", {"assignee": assignee})
    assert "Choose somebody who writes in this group." in page


def test_a_refused_heading_is_said_at_its_field_and_what_was_typed_stays(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    client, first = client_of(cast.coordinator), sections[0]
    answer = client.post(
        f"{PLAN}sections/{first.id}/rename", {f"{first.id}-heading": "", f"{first.id}-guidance": "typed guidance"}
    )
    assert answer.status_code == 422
    assert "typed guidance" in answer.content.decode()
    assert "This field is required." in answer.content.decode()
    answer = client.post(f"{PLAN}sections/add", {"heading": "x" * 201, "guidance": "typed guidance"})
    assert answer.status_code == 422
    assert "typed guidance" in answer.content.decode()


def test_freezing_without_a_name_is_refused_at_its_field(plan: StrategicPlan, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    assert client.post(f"{PLAN}versions/", {"name": " "}).status_code == 422
    answer = client.post(f"{PLAN}versions/", {"name": "For the regions"}, follow=True)
    assert "For the regions" in answer.content.decode()
    assert answer.redirect_chain == [(f"{PLAN}versions/1/", 302)]
