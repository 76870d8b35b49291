"""The study visits over HTTP."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from groups.models import Person, WorkingGroup
from tests.conftest import Cast
from tests.visits.conftest import image
from tests.visits.test_rights import ATTENDING, READERS, STORY
from visits.domain.log import delete_entry
from visits.domain.planning import VisitPlan, plan_visit
from visits.domain.stories import publish_story, write_story
from visits.models import LogEntry, StudyVisit

ClientOf = Callable[[Person | None], Client]


def send(client: Client, visit: StudyVisit, body: object, key: str = "") -> tuple[int, dict[str, object]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.post(f"/api/visits/{visit.pk}/entries", raw, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("path", ["/api/groups/agrifood/visits", "/api/visits/{id}/entries", "/api/visits/{id}/events"])
def test_those_read_who_read_the_group(
    path: str, cast: Cast, client_of: ClientOf, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    log("Something to leak.", "A face")
    address = path.format(id=visit.pk)
    got = {name: client_of(person).get(address).status_code for name, person in cast.everyone().items()}
    expected = dict.fromkeys(cast.everyone(), 404) | dict.fromkeys(READERS, 200) | {"deactivated": 401}
    assert got == expected
    assert client_of(None).get(address).status_code == 401


def test_those_log_who_attend(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    got = {name: send(client_of(person), visit, {"source": "Seen."})[0] for name, person in cast.everyone().items()}
    expected = dict.fromkeys(cast.everyone(), 404) | dict.fromkeys(READERS, 403)
    assert got == expected | dict.fromkeys(ATTENDING, 201) | {"deactivated": 401}
    assert send(client_of(None), visit, {"source": "Seen."})[0] == 401
    assert LogEntry.objects.count() == len(ATTENDING)


def test_a_request_of_a_session_needs_its_token(cast: Cast, visit: StudyVisit) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.partner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(client, visit, {"source": "Forged."})[0] == 403
    assert not LogEntry.objects.exists()


def test_a_retry_answers_200_with_the_same_entry(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    client = client_of(cast.partner)
    first, made = send(client, visit, {"source": "Once.", "place": "Yard"}, key="k-1")
    second, same = send(client, visit, {"source": "Once.", "place": "Yard"}, key="k-1")
    assert (first, second, LogEntry.objects.count()) == (201, 200, 1)
    assert made == same
    assert (made["source"], made["place"], made["author"], made["photos"]) == ("Once.", "Yard", cast.partner.pk, [])


def test_a_key_with_something_else_is_a_conflict_that_leads_to_the_saved_entry(
    cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    client = client_of(cast.partner)
    _created, made = send(client, visit, {"source": "Once."}, key="k-1")
    for changed in ({"source": "Once. And more."}, {"source": "Once.", "place": "Yard"}):
        status, answer = send(client, visit, changed, key="k-1")
        assert (status, answer["entry"], answer["edit"]) == (409, made, f"/visits/entries/{made['id']}/edit/")
        assert str(answer["detail"]).startswith("An earlier attempt was saved already")
    delete_entry(entry=LogEntry.objects.get(), by=cast.partner)
    status, answer = send(client, visit, {"source": "Else."}, key="k-1")
    assert (status, answer["edit"]) == (409, None)
    assert answer["entry"]["source"] == ""  # type: ignore[index]


def test_an_entry_with_photos_comes_as_a_form(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    client = client_of(cast.partner)
    form = {"source": "", "photos": [image("red"), image("blue")], "description": ["Red", "Blue"]}
    for status in (201, 200):
        form["photos"] = [image("red"), image("blue")]
        answer = client.post(f"/api/visits/{visit.pk}/entries", form, headers={"Idempotency-Key": "k-2"})
        assert answer.status_code == status
    entry = answer.json()
    assert [photo["description"] for photo in entry["photos"]] == ["Red", "Blue"]
    assert set(entry["photos"][0]["sizes"]) == {"small", "medium", "large"}
    assert client.get(entry["photos"][0]["sizes"]["small"]).status_code == 200
    assert client_of(cast.outsider).get(entry["photos"][0]["sizes"]["small"]).status_code == 404


def test_a_time_without_an_offset_is_the_places_own(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    client = client_of(cast.partner)
    send(client, visit, {"source": "Seen.", "seen_at": f"{visit.starts_on}T09:30:00"})
    assert f"{visit.local(LogEntry.objects.get().seen_at):%H:%M}" == "09:30"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"source": 7}',
        b'{"source": null}',
        b'{"place": "no source"}',
        b'{"source": "a", "seen_at": "soon"}',
        b'{"source": "a", "seen_at": 1e400}',
        b'{"source": "a", "seen_at": "9999-12-31T23:59:59-23:59"}',
        b'{"source": "a", "seen_at": "0001-01-01T00:00:00+23:59"}',
        b'{"source": "a", "seen_at": "0001-01-01T00:00:00"}',
        b'{"source": "\\ud800"}',
        b'{"source": "a\\u0000b"}',
        b'{"source": "a", "place": {"x": 1}}',
        b'{"source": "\xff\xfe"}',
        b"[" * 100_000,
        json.dumps({"source": "x" * 1_000_000}).encode(),
        json.dumps({"source": "   "}).encode(),
    ],
)
def test_a_body_that_will_not_do_is_refused_in_words(
    body: bytes, cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    status, answer = send(client_of(cast.partner), visit, body)
    assert status in {400, 422}
    assert answer["detail"]
    assert not LogEntry.objects.exists()


def test_a_body_larger_than_the_server_takes_is_refused(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    status, _answer = send(client_of(cast.partner), visit, b'{"source": "' + b"x" * 9_000_000 + b'"}')
    assert status == 413


def test_a_form_that_will_not_do_names_its_fields(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    form = {"source": "Seen.", "seen_at": "soon", "place": "x" * 300}
    answer = client_of(cast.partner).post(f"/api/visits/{visit.pk}/entries", form)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"seen_at", "place"}


@pytest.mark.parametrize("visit_id", [0, 2**63, 10**50])
def test_a_visit_that_is_none_is_not_found(visit_id: int, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.coordinator)
    for path in ("entries", "events"):
        assert client.get(f"/api/visits/{visit_id}/{path}").status_code == 404


def test_deleted_entries_are_in_no_answer(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    delete_entry(entry=log("Regretted.", "A face", key="k-3"), by=cast.partner)
    client = client_of(cast.observer)
    assert client.get(f"/api/visits/{visit.pk}/entries").json() == {"entries": []}
    assert "Regretted" not in client.get(f"/api/visits/{visit.pk}/events").content.decode()
    form = {"source": "Regretted.", "photos": [image()], "description": ["A face"]}
    again = client_of(cast.partner).post(f"/api/visits/{visit.pk}/entries", form, headers={"Idempotency-Key": "k-3"})
    assert (again.status_code, again.json()["source"], again.json()["photos"]) == (200, "", [])


def test_events_are_polled_from_a_number(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    client = client_of(cast.observer)
    before = client.get(f"/api/visits/{visit.pk}/events").json()["head"]
    entry = log("Seen.")
    assert client.get(f"/api/visits/{visit.pk}/events?after={before}").json() == {
        "head": before + 1,
        "events": [{"number": before + 1, "event": "entry.added", "data": {"entry": entry.pk}}],
        "refetch": False,
    }
    assert client.get(f"/api/visits/{visit.pk}/events?after=-1").status_code == 422
    assert client.get(f"/api/visits/{visit.pk}/events?after={2**70}").status_code == 422


def test_a_groups_visits_are_listed_with_their_state_and_story(
    cast: Cast,
    client_of: ClientOf,
    visit: StudyVisit,
    log: Callable[..., LogEntry],
    agrifood: WorkingGroup,
    plan_of: Callable[..., VisitPlan],
) -> None:
    log("Seen.")
    day = timezone.now().date().replace(year=2090)
    plan_visit(working_group=agrifood, by=cast.deputy, plan=plan_of(title="Later", starts_on=day, ends_on=day))
    write_story(visit=visit, by=cast.deputy, text=STORY)
    publish_story(visit=visit, by=cast.deputy)
    visits = client_of(cast.observer).get("/api/groups/agrifood/visits").json()["visits"]
    assert [(item["title"], item["state"], item["entries"], item["participants"]) for item in visits] == [
        ("Soil days", "published", 1, 2),
        ("Later", "planned", 0, 0),
    ]
    assert (visits[0]["story"], visits[1]["story"]) == (f"/visits/{visit.pk}/story/", None)
