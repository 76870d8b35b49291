"""A frozen version does not move; the public reads the published one and nothing else."""

import hashlib
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from collab.queries import Written
from groups.models import Person, WorkingGroup
from groups.standing import PUBLIC, standing_of
from live.queries import events_after
from markup.models import StoredRendering
from plans.domain import sections as outline
from plans.domain import versions
from plans.domain.action_table import ActionTerms, Change, add_action, edit_action
from plans.domain.versions import freeze_version, publish_version, withdraw_version
from plans.models import Section, StrategicPlan, Version
from plans.queries import plan_state, published_plans
from tests.conftest import Cast
from tests.plans.conftest import Write

ClientOf = Callable[[Person | None], Client]
PUBLISHED = "/groups/agrifood/plan/published/"


@pytest.fixture
def frozen(plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write) -> Version:
    write(sections[0], "The **beginning** of it all.", cast.partner)
    write(sections[3], "A vision of agency", cast.agency)
    add_action(plan=plan, person=cast.agency, terms=ActionTerms(title="Field school", budget=Decimal(1200)))
    return freeze_version(plan=plan, person=cast.coordinator, name=" First \n draft ")


def test_a_version_keeps_text_actions_and_who_wrote(frozen: Version) -> None:
    frozen.refresh_from_db()
    assert (frozen.number, frozen.name) == (1, "First draft")
    assert frozen.content["sections"][0]["text"] == "The **beginning** of it all."
    assert frozen.content["actions"][0]["budget"] == "1200.00"
    assert frozen.content["authors"] == [
        {"organisation": "A firm near Milan", "region": "ITC4"},
        {"organisation": "ARR Bielsko", "region": "PL22"},
    ]
    assert frozen.summary == "The beginning of it all."


def test_its_digest_is_what_sha256sum_says_of_the_downloaded_text(
    frozen: Version, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.observer)
    for suffix, content_type in (("md", "text/markdown; charset=utf-8"), ("txt", "text/plain; charset=utf-8")):
        answer = client.get(f"/groups/agrifood/plan/versions/1/text.{suffix}")
        assert hashlib.sha256(answer.content).hexdigest() == frozen.digest
        assert answer["Content-Type"] == content_type
        assert answer["Content-Disposition"] == f'attachment; filename="plan-agrifood-version-1.{suffix}"'
    assert frozen.digest in client.get("/groups/agrifood/plan/versions/1/").content.decode()


def test_the_same_plan_frozen_twice_has_the_same_digest(frozen: Version, plan: StrategicPlan, cast: Cast) -> None:
    second = freeze_version(plan=plan, person=cast.deputy, name="The same again")
    assert (second.number, second.digest) == (2, frozen.digest)


def test_a_form_that_is_sent_twice_freezes_the_plan_once(
    plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write, client_of: ClientOf
) -> None:
    client = client_of(cast.coordinator)
    page = client.get("/groups/agrifood/plan/versions/").content.decode()
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key is not None
    sent = {"name": "Sent twice", "idempotency_key": key[1]}
    first = client.post("/groups/agrifood/plan/versions/", sent)
    write(sections[0], "Written between the two", cast.partner)
    again = client.post("/groups/agrifood/plan/versions/", {**sent, "name": " Sent  twice"})
    assert first["Location"] == again["Location"] == "/groups/agrifood/plan/versions/1/"
    assert events_after(stream="plan:agrifood", after=0, limit=9).head == 1
    assert client.post("/groups/agrifood/plan/versions/", {**sent, "name": "Another"})["Location"].endswith("/2/")
    of_another = freeze_version(plan=plan, person=cast.deputy, name="Sent twice", idempotency_key=key[1])
    assert of_another.number == 3


@pytest.mark.parametrize("key", ["x\x00", "\u202e", "9" * 10**6], ids=["NUL", "not ASCII", "endless"])
def test_a_key_that_can_be_none_is_said_so_and_the_name_stays(
    key: str, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    answer = client_of(cast.coordinator).post(
        "/groups/agrifood/plan/versions/", {"name": "Typed", "idempotency_key": key}
    )
    assert answer.status_code == 422
    assert 'value="Typed"' in answer.content.decode()


def test_publishing_asks_once_and_names_what_is_shown(frozen: Version, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.deputy)
    assert b'href="/groups/agrifood/plan/versions/1/publish"' in client.get("/groups/agrifood/plan/versions/1/").content
    asked = client.get("/groups/agrifood/plan/versions/1/publish").content.decode()
    assert "Show “First draft” to everybody on the web?" in asked
    assert "takes the place" not in asked
    assert not Version.objects.published().exists()
    client.post("/groups/agrifood/plan/versions/1/publish")
    assert Version.objects.published().get() == frozen
    second = freeze_version(plan=frozen.plan, person=cast.coordinator, name="Second draft")
    asked = client.get(f"{second.get_absolute_url()}publish").content.decode()
    assert "It takes the place of “First draft”" in asked


def test_what_is_written_later_does_not_move_it(
    frozen: Version, plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    write(sections[5], "LATER", cast.partner)
    outline.rename_section(section=sections[0], person=cast.coordinator, heading="RENAMED", guidance="")
    outline.remove_section(section=sections[3], person=cast.coordinator)
    action = plan.actions.get()
    edit_action(action=action, person=cast.agency, changes={"title": Change(action.title, "CHANGED")})
    stored = Version.objects.get(pk=frozen.pk)
    assert (stored.canonical_text, stored.digest) == (frozen.canonical_text, frozen.digest)
    assert not any(word in stored.canonical_text for word in ("LATER", "RENAMED", "CHANGED"))
    assert "A vision of agency" in stored.canonical_text
    assert freeze_version(plan=plan, person=cast.deputy, name="After").digest != frozen.digest


def test_a_section_that_was_taken_out_is_not_frozen(
    plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    write(sections[0], "SECRET OF A REMOVED SECTION", cast.partner)
    outline.remove_section(section=sections[0], person=cast.coordinator)
    assert "SECRET" not in freeze_version(plan=plan, person=cast.coordinator, name="Without").canonical_text


@pytest.mark.parametrize(("meanwhile", "readings", "kept"), [(0, 1, 1), (1, 2, 2), (9, 3, 3)])
def test_freezing_reads_and_renders_before_it_locks_and_again_where_somebody_wrote_meanwhile(
    meanwhile: int,
    readings: int,
    kept: int,
    plan: StrategicPlan,
    sections: list[Section],
    cast: Cast,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(sections[0], "Text 1", cast.partner)
    steps: list[str] = []
    written_in, locked = versions.written_in, versions.locked

    def reading(kind: str, key: str) -> Written:
        written = written_in(kind, key)
        steps.append("read")
        if steps.count("read") <= meanwhile:
            number = steps.count("read")
            write(sections[number], f"Text {number + 1}", cast.partner)
        return written

    def locking(plan: StrategicPlan) -> StrategicPlan:
        steps.append(f"lock with {StoredRendering.objects.count()} rendered")
        return locked(plan)

    monkeypatch.setattr(versions, "written_in", reading)
    monkeypatch.setattr(versions, "locked", locking)
    version = freeze_version(plan=plan, person=cast.coordinator, name="Meanwhile")
    assert [section["text"] for section in version.content["sections"] if section["text"]] == [
        f"Text {number + 1}" for number in range(kept)
    ]
    expected = [["read", f"lock with {number + 1} rendered"] for number in range(readings)]
    assert steps == [step for pair in expected for step in pair]


def test_a_version_cannot_be_saved_with_other_content(frozen: Version) -> None:
    frozen.canonical_text = "something else"
    with pytest.raises(TypeError):
        frozen.save()
    with pytest.raises(TypeError):
        frozen.save(update_fields=["canonical_text", "published_at"])


def test_its_rendering_is_stored_when_it_is_frozen_so_that_no_reader_waits(
    frozen: Version, cast: Cast, client_of: ClientOf
) -> None:
    publish_version(version=frozen, person=cast.coordinator)
    stored = StoredRendering.objects.count()
    assert stored == 2
    client_of(None).get(PUBLISHED)
    assert StoredRendering.objects.count() == stored


def test_headings_actions_and_the_versions_name_carry_the_language_that_their_words_tell(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    heading, action = (
        "Was die Regionen von der Gruppe und für die Höfe wollen",
        "Una scuola per le aziende che non la hanno",
    )
    outline.add_section(plan=plan, person=cast.coordinator, heading=heading)
    add_action(plan=plan, person=cast.agency, terms=ActionTerms(title=action))
    name = "Entwurf, wie er nach dem Treffen der Gruppe ist"
    version = publish_version(
        version=freeze_version(plan=plan, person=cast.coordinator, name=name), person=cast.coordinator
    )
    for person, path in ((None, PUBLISHED), (cast.observer, version.get_absolute_url())):
        page = client_of(person).get(path).content.decode()
        for language, line, times in (("de", heading, 2), ("it", action, 1), ("de", name, 1)):
            assert page.count(f'<span lang="{language}">{line}</span>') == times, (path, line)


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "x" * 10**6, "a\x00", "\ud800"])
def test_a_version_needs_a_name_that_can_be_stored(name: str, plan: StrategicPlan, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        freeze_version(plan=plan, person=cast.coordinator, name=name)
    assert list(refused.value.message_dict) == ["name"]
    assert not Version.objects.exists()


def test_freezing_publishing_and_withdrawing_are_told(frozen: Version, plan: StrategicPlan, cast: Cast) -> None:
    for _time in range(2):
        publish_version(version=frozen, person=cast.coordinator)
    for _time in range(2):
        withdraw_version(version=frozen, person=cast.deputy)
    backlog = events_after(stream="plan:agrifood", after=1, limit=100)
    line = {"number": 1, "name": "First draft", "digest": frozen.digest}
    assert [(event.name, event.data) for event in backlog.events] == [
        ("version.frozen", line),
        ("version.published", line),
        ("version.withdrawn", line),
    ]


def test_the_public_reads_the_published_version(frozen: Version, cast: Cast, client_of: ClientOf) -> None:
    publish_version(version=frozen, person=cast.coordinator)
    page = client_of(None).get(PUBLISHED).content.decode()
    for shown in ("The <strong>beginning</strong>", "Field school", "1,200.00", "ARR Bielsko", frozen.digest):
        assert shown in page
    for dated in ("Published on", "text as of"):
        assert f'{dated} <time datetime="' in page
    text = client_of(None).get(f"{PUBLISHED}text.md").content
    assert hashlib.sha256(text).hexdigest() == frozen.digest


def test_nothing_is_public_before_something_is_published(frozen: Version, cast: Cast, client_of: ClientOf) -> None:
    assert published_plans() == []
    for address in (f"{PUBLISHED}text.md", f"{PUBLISHED}text.txt"):
        assert client_of(None).get(address).status_code == 404
    for person, way_on in ((None, "/groups/agrifood/"), (cast.observer, "/groups/agrifood/plan/versions/")):
        page = client_of(person).get(PUBLISHED)
        assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
        assert "There is no published plan to read here" in page.content.decode()
        assert f'class="button" href="{way_on}"' in page.content.decode()
        assert b"beginning" not in page.content
        assert b"First draft" not in page.content


def test_the_public_never_sees_what_was_written_after(
    frozen: Version, plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write, client_of: ClientOf
) -> None:
    publish_version(version=frozen, person=cast.coordinator)
    write(sections[1], "LEAKED-TEXT", cast.partner)
    outline.rename_section(section=sections[2], person=cast.coordinator, heading="LEAKED-HEADING", guidance="")
    add_action(plan=plan, person=cast.agency, terms=ActionTerms(title="LEAKED-ACTION"))
    freeze_version(plan=plan, person=cast.coordinator, name="LEAKED-NAME")
    for person in (None, cast.outsider, cast.removed, cast.deactivated):
        for address in (PUBLISHED, f"{PUBLISHED}text.md", f"{PUBLISHED}text.txt"):
            answer = client_of(person).get(address)
            assert answer.status_code == 200
            assert b"LEAKED" not in answer.content
            assert b"First draft" in answer.content or address != PUBLISHED
    assert "LEAKED" not in repr(published_plans())


def test_a_withdrawn_version_is_the_groups_alone_again(frozen: Version, cast: Cast, client_of: ClientOf) -> None:
    publish_version(version=frozen, person=cast.coordinator)
    withdraw_version(version=frozen, person=cast.deputy)
    for person in (None, cast.outsider):
        assert b"beginning" not in client_of(person).get(PUBLISHED).content
        for suffix in ("md", "txt"):
            assert client_of(person).get(f"{PUBLISHED}text.{suffix}").status_code == 404
    assert client_of(cast.outsider).get("/groups/agrifood/plan/versions/1/").status_code == 404
    assert b"beginning" in client_of(cast.observer).get("/groups/agrifood/plan/versions/1/").content
    assert published_plans() == []


def test_a_second_published_version_takes_the_place_of_the_first_which_does_not_come_back(
    frozen: Version, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    publish_version(version=frozen, person=cast.coordinator)
    second = freeze_version(plan=plan, person=cast.coordinator, name="Second draft")
    publish_version(version=second, person=cast.coordinator)
    assert [version.number for version in Version.objects.published()] == [2]
    assert b"Second draft" in client_of(None).get(PUBLISHED).content
    withdraw_version(version=second, person=cast.coordinator)
    assert b"no published plan" in client_of(None).get(PUBLISHED).content
    publish_version(version=frozen, person=cast.coordinator)
    assert b"First draft" in client_of(None).get(PUBLISHED).content


def test_the_home_page_is_told_of_published_plans(frozen: Version, cast: Cast) -> None:
    version = publish_version(version=frozen, person=cast.coordinator)
    (published,) = published_plans()
    assert (published.slug, published.group_name, published.accent) == ("agrifood", "Agrifood", "green")
    assert (published.published_at, published.summary) == (version.published_at, "The beginning of it all.")


def test_the_overview_is_told_how_far_the_plan_is(
    frozen: Version, sections: list[Section], agrifood: WorkingGroup, tourism: WorkingGroup, cast: Cast
) -> None:
    outline.lock_section(section=sections[0], person=cast.coordinator)
    publish_version(version=frozen, person=cast.coordinator)
    state = plan_state(standing_of(cast.observer), agrifood)
    assert state is not None
    assert (state.sections, state.written, state.locked, state.actions) == (8, 2, 1, 1)
    assert (state.budget, state.latest, state.published) == (Decimal(1200), frozen, frozen)
    assert plan_state(standing_of(cast.outsider), agrifood) is None
    assert plan_state(PUBLIC, agrifood) is None
    assert plan_state(standing_of(cast.outsider), tourism) is None


NOT_LEADING = ["agency", "partner", "observer", "outsider", "other_coordinator", "secretariat", "director", "removed"]


@pytest.mark.parametrize("who", [*NOT_LEADING, "deactivated"])
def test_only_leaders_freeze_publish_and_withdraw(who: str, frozen: Version, plan: StrategicPlan, cast: Cast) -> None:
    person = getattr(cast, who)
    publish_version(version=frozen, person=cast.coordinator)
    for change in (
        lambda: freeze_version(plan=plan, person=person, name="Mine"),
        lambda: publish_version(version=frozen, person=person),
        lambda: withdraw_version(version=frozen, person=person),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert Version.objects.published().count() == Version.objects.count() == 1
