"""The agreement's pages: who sees which, what they show of each region, and what is taken away from them."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.domain.offices import give_mandate
from groups.models import Person, Region, WorkingGroup
from groups.standing import PUBLIC, standing_of
from plans.domain.consultations import open_consultation, withdraw_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.versions import freeze_version, publish_version
from plans.enums import Position
from plans.exporters.records import safe_cell
from plans.models import Consultation, Endorsement, Section, StrategicPlan, Version
from plans.queries.consultations import plans_waiting_for
from tests.conftest import Cast
from tests.plans.conftest import Write

ClientOf = Callable[[Person | None], Client]
PLAN = "/groups/agrifood/plan/"
PAGE = f"{PLAN}consultation/"


@pytest.fixture
def consultation(plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write) -> Consultation:
    write(sections[0], "The beginning of it all.", cast.partner)
    version = freeze_version(plan=plan, person=cast.coordinator, name="For the regions")
    return open_consultation(version=version, person=cast.coordinator, deadline=timezone.now() + timedelta(days=9))


@pytest.fixture
def voice(cast: Cast, lombardy: Region) -> Person:
    """Speaks for Lombardy and is in no group."""
    person = Person.objects.create_user("voice@cast.example", "a long password", name="Voice")
    give_mandate(person=person, region=lombardy, by=cast.secretariat)
    return person


def say(consultation: Consultation, region: Region, position: Position, text: str = "") -> Endorsement:
    person = region.mandates.get(ended_at=None).person
    return speak_for_region(consultation=consultation, region=region, person=person, position=position, text=text)[0]


def page_of(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_anybody_is_asked_the_page_says_what_it_is_for(
    plan: StrategicPlan, cast: Cast, voice: Person, client_of: ClientOf
) -> None:
    assert "The regions have not been asked yet" in page_of(client_of(cast.observer))
    assert f"{PAGE}new/" in page_of(client_of(cast.coordinator))
    assert f"{PAGE}new/" not in page_of(client_of(cast.partner))
    assert client_of(voice).get(PAGE).status_code == 404


def test_a_leader_freezes_the_plan_and_asks_the_regions_once_however_often_the_form_is_sent(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    cast.coordinator.time_zone = "Europe/Rome"
    cast.coordinator.save()
    client = client_of(cast.coordinator)
    assert "Europe/Rome" in page_of(client, f"{PAGE}new/")
    local = (timezone.now().astimezone(ZoneInfo("Europe/Rome")) + timedelta(days=20)).replace(second=0, microsecond=0)
    sent = {
        "idempotency_key": "one",
        "version": "now",
        "name": "For the regions",
        "deadline": local.strftime("%Y-%m-%dT%H:%M"),
    }
    for _time in range(2):
        answer = client.post(f"{PAGE}new/", sent)
        assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}1/")
    consultation = Consultation.objects.get()
    assert consultation.deadline == local
    assert consultation.steps.count() == Version.objects.count() == 1


def test_a_version_that_was_frozen_before_is_chosen_by_its_link(
    plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write, client_of: ClientOf
) -> None:
    freeze_version(plan=plan, person=cast.coordinator, name="First")
    client = client_of(cast.deputy)
    assert f'href="{PAGE}new/?version=1"' in page_of(client, f"{PLAN}versions/1/")
    asked = page_of(client, f"{PAGE}new/?version=1")
    assert 'id="id_version_1" checked' in asked
    deadline = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    for _time in range(2):
        assert client.post(f"{PAGE}new/", {"version": "1", "deadline": deadline})["Location"] == f"{PAGE}1/"
    assert Consultation.objects.get().steps.count() == 1
    assert f"{PAGE}new/?version=1" not in page_of(client, f"{PLAN}versions/1/")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "Typed", "deadline": ""}, "This field is required."),
        ({"name": "Typed", "deadline": "2001-01-01T10:00"}, "has to lie in the future"),
        ({"name": "Typed", "deadline": "9999-12-31T23:59"}, "two years off at most"),
        ({"name": "Typed", "deadline": "tomorrow"}, "Enter a valid date/time."),
        ({"name": "", "deadline": "2001-01-01T10:00"}, "This field is required."),
        ({"name": "Typed\x00", "deadline": "2001-01-01T10:00"}, "Null characters are not allowed."),
    ],
    ids=repr,
)
def test_what_cannot_be_asked_is_said_at_its_field_and_nothing_is_frozen(
    sent: dict[str, str], said: str, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    answer = client_of(cast.coordinator).post(f"{PAGE}new/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ('value="Typed"' in answer.content.decode()) == (sent["name"] == "Typed")
    assert not Version.objects.exists()


def test_a_version_to_ask_about_is_one_that_is_there_or_has_a_name(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    freeze_version(plan=plan, person=cast.coordinator, name="First")
    client = client_of(cast.coordinator)
    deadline = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    for version, said in (("now", "The version needs a name."), ("7", "Select a valid choice."), ("", "is required.")):
        answer = client.post(f"{PAGE}new/", {"version": version, "name": "", "deadline": deadline})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Consultation.objects.exists()


def test_everybody_sees_who_has_spoken_and_what_and_who_is_silent(
    consultation: Consultation, cast: Cast, voice: Person, silesia: Region, client_of: ClientOf
) -> None:
    say(consultation, silesia, Position.RESERVES, "Only with **apples**")
    for reader in (cast.observer, cast.director, voice):
        page = page_of(client_of(reader))
        assert 'class="tile is-ringed" title="Silesia: endorses with a reservation"' in page
        assert 'class="tile is-dimmed" title="Lombardy: has not spoken yet"' in page
        assert "Only with <strong>apples</strong>" in page
        assert "1 of 2 regions has spoken" in page
        assert "1 region has not spoken on this version" in page
        assert consultation.digest in page
        assert "The beginning of it all." in page


def test_who_speaks_for_a_region_reads_the_frozen_version_and_nothing_else_of_the_plan(
    consultation: Consultation, sections: list[Section], cast: Cast, voice: Person, write: Write, client_of: ClientOf
) -> None:
    write(sections[1], "LATER-DRAFT", cast.partner)
    freeze_version(plan=consultation.plan, person=cast.coordinator, name="LATER-VERSION")
    client = client_of(voice)
    page = page_of(client)
    assert "LATER" not in page
    assert f'href="{PLAN}"' not in page
    assert 'data-stream=""' in page
    for address in (PLAN, f"{PLAN}versions/", f"{PLAN}versions/1/", f"{PLAN}actions/", "/api/plans/agrifood"):
        assert client.get(address).status_code == 404
    withdraw_consultation(consultation=consultation, person=cast.coordinator)
    for address in (PAGE, f"{PAGE}1/", f"{PAGE}1/record/", f"{PAGE}1/record.json", f"{PAGE}1/text.md"):
        assert client.get(address).status_code == 404
        assert client_of(cast.observer).get(address).status_code == 200


def test_a_region_speaks_from_the_page_and_changes_its_word(
    consultation: Consultation, cast: Cast, voice: Person, client_of: ClientOf
) -> None:
    client = client_of(voice)
    assert "You speak for Lombardy" in page_of(client)
    assert "You speak for" not in page_of(client_of(cast.coordinator))
    speak = f"{PAGE}1/words/lombardia"
    answer = client.post(speak, {"ITC4-position": "reserves", "ITC4-text": "Only *rice*"})
    assert answer["Location"] == f"{PAGE}1/#region-ITC4"
    page = page_of(client)
    assert "Only <em>rice</em>" in page
    assert "Change the word" in page
    assert client.post(speak, {"ITC4-position": "endorses", "ITC4-text": ""}).status_code == 302
    assert [word.position for word in Endorsement.objects.all()] == ["reserves", "endorses"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"ITC4-text": "TYPED"}, "Choose one of the three."),
        ({"ITC4-position": "perhaps", "ITC4-text": "TYPED"}, "Select a valid choice."),
        ({"ITC4-position": "endorses", "ITC4-text": "TYPED"}, "A plain yes has no text."),
        ({"ITC4-position": "reserves", "ITC4-text": " "}, "A reservation needs its text"),
        ({"ITC4-position": "objects"}, "An objection needs its reason."),
        ({"ITC4-position": "objects", "ITC4-text": "TYPED" + "x" * 10**6}, "characters too long"),
    ],
    ids=["nothing", "no position", "yes, but", "a reservation of nothing", "no reason", "endless"],
)
def test_a_word_that_will_not_do_is_refused_at_its_field_and_what_was_typed_stays(
    sent: dict[str, str], said: str, consultation: Consultation, voice: Person, client_of: ClientOf
) -> None:
    answer = client_of(voice).post(f"{PAGE}1/words/lombardia", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert ("TYPED" in page) == ("TYPED" in sent.get("ITC4-text", ""))
    assert not Endorsement.objects.exists()


def test_who_typed_while_the_consultation_was_closed_keeps_what_they_typed(
    consultation: Consultation, voice: Person, client_of: ClientOf
) -> None:
    Consultation.objects.update(deadline=timezone.now())
    client = client_of(voice)
    assert "You speak for" not in page_of(client)
    answer = client.post(f"{PAGE}1/words/lombardia", {"ITC4-position": "objects", "ITC4-text": "LATE"})
    assert answer.status_code == 422
    assert "This consultation takes no more words." in answer.content.decode()
    assert "LATE" in answer.content.decode()


def test_after_a_newer_version_a_region_is_shown_only_what_changed_since_it_spoke_and_confirms(
    consultation: Consultation,
    plan: StrategicPlan,
    sections: list[Section],
    cast: Cast,
    voice: Person,
    silesia: Region,
    lombardy: Region,
    write: Write,
    client_of: ClientOf,
) -> None:
    say(consultation, lombardy, Position.RESERVES, "Only with rice")
    write(sections[1], "A new paragraph about rice.", cast.partner)
    assert "The text has moved on since." in page_of(client_of(cast.coordinator))
    assert "The text has moved on since." not in page_of(client_of(cast.agency))
    second = freeze_version(plan=plan, person=cast.coordinator, name="Second")
    newer = open_consultation(version=second, person=cast.coordinator, deadline=timezone.now() + timedelta(days=9))
    page = page_of(client_of(voice))
    form = page[page.index('class="card card-accent agreement-form"') : page.index('id="agreement-words"')]
    assert "Your region spoke on version 1: Endorses with a reservation." in form
    assert '<ins><span class="visually-hidden">added: </span>A new paragraph about rice.</ins>' in form
    assert "The beginning of it all." not in form
    assert "Only with rice" in form
    assert "Speak for Lombardy on version 2" in form
    assert "Lombardy: has spoken on an earlier version only" in page
    assert "0 of 2 regions have spoken" in page
    sent = {"ITC4-position": "reserves", "ITC4-text": "Only with rice"}
    late = client_of(voice).post(f"{PAGE}1/words/lombardia", {**sent, "ITC4-text": "Too late"})
    assert late.status_code == 422
    assert client_of(voice).post(f"{PAGE}2/words/lombardia", sent).status_code == 302
    word = newer.endorsements.get()
    assert (word.digest, word.text) == (second.digest, "Only with rice")
    assert "Lombardy: endorses with a reservation" in page_of(client_of(voice))
    assert "A newer version was put to the regions." in page_of(client_of(voice), f"{PAGE}1/")
    assert "Your region spoke on" not in page_of(client_of(cast.agency))


def test_the_record_holds_every_word_and_proves_its_text(
    consultation: Consultation, cast: Cast, silesia: Region, voice: Person, client_of: ClientOf
) -> None:
    first = say(consultation, silesia, Position.OBJECTS, '=HYPERLINK("https://evil.example")\nNo, "never"')
    second = say(consultation, silesia, Position.ENDORSES)
    client = client_of(voice)
    record = json.loads(client.get(f"{PAGE}1/record.json").content)
    assert hashlib.sha256(record["canonical_text"].encode()).hexdigest() == record["sha256"] == consultation.digest
    text = client.get(f"{PAGE}1/text.md").content
    assert hashlib.sha256(text).hexdigest() == consultation.digest
    assert [(word["region"], word["position"], word["in_force"], word["person"]) for word in record["words"]] == [
        ("PL22", "objects", False, "Agency"),
        ("PL22", "endorses", True, "Agency"),
    ]
    assert {word["sha256"] for word in record["words"]} == {consultation.digest}
    assert record["words"][0]["organisation"] == "ARR Bielsko"
    assert record["words"][1]["said_at"] == second.said_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert record["silent"] == ["ITC4"]
    assert [step["step"] for step in record["steps"]] == ["opened"]
    answer = client.get(f"{PAGE}1/record.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="consultation-agrifood-version-1.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(line["region_code"], line["position"], line["in_force"]) for line in lines] == [
        ("PL22", "objects", "no"),
        ("PL22", "endorses", "yes"),
        ("ITC4", "silent", ""),
    ]
    assert lines[0]["text"] == "'" + first.text
    page = page_of(client, f"{PAGE}1/record/")
    for shown in (consultation.digest, "No, “never”" if "“never”" in page else "never", "UTC", "ARR Bielsko"):
        assert shown in page


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\uff1d1", "'\uff1d1"),
        ("1 = 1", "1 = 1"),
        ("", ""),
        ("Żywiec", "Żywiec"),
    ],
)
def test_no_cell_is_taken_for_a_formula(cell: str, safe: str) -> None:
    assert safe_cell(cell) == safe


def test_a_leader_moves_the_deadline_closes_and_withdraws_from_the_page(
    consultation: Consultation, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.coordinator)
    late = client.post(f"{PAGE}1/deadline", {"deadline-deadline": "2001-01-01T10:00", "deadline-note": "TYPED"})
    assert late.status_code == 422
    assert "has to lie in the future" in late.content.decode()
    assert 'value="TYPED"' in late.content.decode()
    moved = (timezone.now() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(f"{PAGE}1/deadline", {"deadline-deadline": moved}).status_code == 302
    assert client.post(f"{PAGE}1/close", {"close-note": "All spoke"}).status_code == 302
    assert "closed before its deadline" in page_of(client)
    assert "Give more time" in page_of(client_of(cast.secretariat))
    assert client.post(f"{PAGE}1/withdraw", {"withdraw-note": "Wrong annex"}).status_code == 302
    page = page_of(client)
    assert "The question was taken back" in page
    for step in ("deadline changed", "All spoke", "Wrong annex"):
        assert step in page


@pytest.mark.parametrize("number", [0, 9, 2**31, 2**63, 10**40])
def test_a_consultation_that_is_not_there_is_not_found(
    number: int, consultation: Consultation, cast: Cast, client_of: ClientOf
) -> None:
    for rest in ("", "record/", "record.json", "text.md"):
        assert client_of(cast.coordinator).get(f"{PAGE}{number}/{rest}").status_code == 404
    assert client_of(cast.agency).post(f"{PAGE}{number}/words/slaskie").status_code == 404
    assert client_of(cast.agency).post(f"{PAGE}1/words/nowhere").status_code == 404


def waiting(person: Person) -> list[tuple[str, str, bool]]:
    return [(each.slug, each.region_names, each.again) for each in plans_waiting_for(standing_of(person))]


def test_a_mandate_holder_is_told_which_plans_wait_for_their_word(
    consultation: Consultation,
    plan: StrategicPlan,
    sections: list[Section],
    cast: Cast,
    voice: Person,
    silesia: Region,
    lombardy: Region,
    write: Write,
) -> None:
    assert waiting(voice) == [("agrifood", "Lombardy", False)]
    assert plans_waiting_for(PUBLIC) == waiting(cast.coordinator) == []
    give_mandate(person=voice, region=silesia, by=cast.secretariat)
    assert waiting(voice) == [("agrifood", "Silesia, Lombardy", False)]
    say(consultation, lombardy, Position.ENDORSES)
    assert waiting(voice) == [("agrifood", "Silesia", False)]
    say(consultation, silesia, Position.ENDORSES)
    assert waiting(voice) == []
    write(sections[1], "More", cast.partner)
    second = freeze_version(plan=plan, person=cast.coordinator, name="Second")
    newer = open_consultation(version=second, person=cast.coordinator, deadline=timezone.now() + timedelta(days=9))
    assert waiting(voice) == [("agrifood", "Silesia, Lombardy", True)]
    listed = render_to_string("plans/waiting_for_my_word.html", {"waiting": plans_waiting_for(standing_of(voice))})
    assert f'href="{PAGE}"' in listed
    assert "Silesia, Lombardy" in listed
    Consultation.objects.filter(pk=newer.pk).update(deadline=timezone.now())
    assert waiting(voice) == []


def test_home_lists_what_waits_for_ones_region_and_nothing_to_others(
    consultation: Consultation, cast: Cast, voice: Person, lombardy: Region, client_of: ClientOf
) -> None:
    listed = "Plans that wait for my region"
    assert listed in page_of(client_of(voice), "/")
    for person in (cast.coordinator, None):
        assert listed not in page_of(client_of(person), "/")
    say(consultation, lombardy, Position.ENDORSES)
    assert listed not in page_of(client_of(voice), "/")


def test_the_public_reads_which_regions_stand_behind_which_version_once_it_is_published(
    consultation: Consultation,
    plan: StrategicPlan,
    sections: list[Section],
    cast: Cast,
    voice: Person,
    silesia: Region,
    lombardy: Region,
    write: Write,
    client_of: ClientOf,
) -> None:
    say(consultation, silesia, Position.RESERVES, "Only with **apples**")
    say(consultation, lombardy, Position.OBJECTS, "SECRET REASON")
    publish_version(version=consultation.version, person=cast.coordinator)
    page = page_of(client_of(None), f"{PLAN}published/")
    assert "1 of 2 regions stands behind this text" in page
    assert "Silesia: endorses with a reservation" in page
    assert "Only with <strong>apples</strong>" in page
    assert "Lombardy: objects" in page
    assert "SECRET REASON" not in page
    assert "Agency" not in page
    write(sections[1], "More", cast.partner)
    later = freeze_version(plan=plan, person=cast.coordinator, name="Later")
    publish_version(version=later, person=cast.coordinator)
    page = page_of(client_of(None), f"{PLAN}published/")
    assert "The regions spoke on version 1, “For the regions”, an earlier text than this one" in page
    withdraw_consultation(consultation=consultation, person=cast.coordinator)
    assert "Silesia" not in page_of(client_of(None), f"{PLAN}published/")


def fill(plan: StrategicPlan, cast: Cast, places: range) -> None:
    """Regions with a voice and two words each on one version, half of them only on an earlier one."""
    open_one = plan.consultations.get(state="open")
    for place in places:
        region = Region.objects.create(
            code=f"X{place}", slug=f"x{place}", name=f"Region {place}", country="IT", lat=45, lon=9, position=20 + place
        )
        person = Person.objects.create_user(f"x{place}@cast.example", "a long password", name=f"Voice {place}")
        give_mandate(person=person, region=region, by=cast.secretariat)
        for text in ("First", "Second"):
            say(open_one, region, Position.RESERVES, f"{text} of {place}")


@pytest.mark.once("the queries are as many with any database")
def test_a_page_takes_as_many_queries_for_one_region_as_for_fifty(
    consultation: Consultation, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    publish_version(version=consultation.version, person=cast.coordinator)
    client = client_of(cast.coordinator)

    def queries(path: str) -> int:
        client.get(path, follow=True)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    published = PAGE.replace("consultation/", "published/")
    paths = [PAGE, f"{PAGE}1/record/", f"{PAGE}1/record.json", f"{PAGE}1/record.csv", published]
    fill(plan, cast, range(1))
    few = {path: queries(path) for path in paths}
    fill(plan, cast, range(1, 50))
    assert {path: queries(path) for path in paths} == few


@pytest.mark.once("the queries are as many with any database")
def test_what_waits_for_a_word_takes_as_many_queries_for_one_plan_as_for_many(
    consultation: Consultation, cast: Cast, voice: Person, network: object
) -> None:
    def queries() -> int:
        standing = standing_of(voice)
        with CaptureQueriesContext(connection) as captured:
            assert plans_waiting_for(standing)
        return len(captured)

    few = queries()
    for place in range(20):
        group = WorkingGroup.objects.create(network=network, slug=f"g{place}", name=f"Group {place}")
        plan = StrategicPlan.objects.create(working_group=group)
        version = Version.objects.create(
            plan=plan, number=1, name="V", content={}, canonical_text="", digest="d", frozen_by=cast.coordinator
        )
        Consultation.objects.create(
            plan=plan,
            version=version,
            digest="d",
            deadline=timezone.now() + timedelta(days=1),
            opened_by=cast.coordinator,
        )
    assert queries() == few
