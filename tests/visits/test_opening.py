"""A visit that was opened to the network: everybody signed in reads its log, nobody else writes there, drafts stay."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from groups.models import Person
from tests.conftest import Cast
from tests.visits.test_rights import LEADERS, LESSON, READERS, STORY
from visits.domain.lessons import write_lesson
from visits.domain.opening import close_visit, open_visit
from visits.domain.review import ask_for_review
from visits.domain.stories import write_story
from visits.models import LogEntry, StudyVisit
from visits.notice_kinds import readers
from visits.queries.access import stream_readers

ClientOf = Callable[[Person | None], Client]
SIGNED_IN = READERS | {"outsider", "other_coordinator", "removed"}


def who_reads(cast: Cast, client_of: ClientOf, address: str) -> set[str]:
    people = {**cast.everyone(), "public": None}
    return {name for name, person in people.items() if client_of(person).get(address).status_code == 200}


def test_whoever_is_signed_in_reads_an_opened_log_with_its_photos_and_lessons_until_it_is_closed(
    visit: StudyVisit, cast: Cast, client_of: ClientOf, log: Callable[..., LogEntry]
) -> None:
    entry = log("Seen.", "A dryer")
    lesson = write_lesson(visit=visit, by=cast.partner, lesson=LESSON)
    addresses = (
        f"/visits/{visit.pk}/",
        f"/visits/{visit.pk}/entries/{entry.pk}/",
        f"/api/visits/{visit.pk}/entries",
        entry.photos.get().file.url("small"),
        f"/visits/lessons/{lesson.pk}/history/",
    )
    pairs = [(person.pk, str(visit.pk)) for person in cast.everyone().values()]
    for attempt, expected in ((None, READERS), (open_visit, SIGNED_IN), (close_visit, READERS)):
        if attempt:
            attempt(visit=visit, by=cast.deputy)
        for address in addresses:
            assert who_reads(cast, client_of, address) == expected, (attempt, address)
        ids = {getattr(cast, name).pk for name in expected}
        assert {person for person, _key in stream_readers(pairs)} == ids


def test_drafts_and_all_writing_stay_the_groups(
    visit: StudyVisit, cast: Cast, client_of: ClientOf, log: Callable[..., LogEntry]
) -> None:
    log("Seen.")
    write_story(visit=visit, by=cast.deputy, text=STORY)
    ask_for_review(visit=visit, by=cast.deputy)
    open_visit(visit=visit, by=cast.coordinator)
    outsider = client_of(cast.outsider)
    page = outsider.get(f"/visits/{visit.pk}/").content.decode()
    assert "Seen." in page
    assert STORY.title not in page
    assert outsider.get(f"/visits/{visit.pk}/story/review/").status_code == 404
    assert outsider.post(f"/visits/{visit.pk}/story/review/comment/", {"source": "x"}).status_code == 404
    for address in ("join/", "leave/", "story/publish/", "open/", "close/"):
        assert outsider.post(f"/visits/{visit.pk}/{address}").status_code == 403, address
    assert outsider.get(f"/visits/{visit.pk}/log/").status_code == 403
    assert outsider.post(f"/api/visits/{visit.pk}/entries", {"source": "x"}).status_code == 403
    subjects = [(person.pk, f"story:{visit.pk}:step:1") for person in (cast.outsider, cast.removed, cast.partner)]
    assert readers(subjects) == {(cast.partner.pk, f"story:{visit.pk}:step:1")}


def test_an_opened_visit_stands_in_the_groups_list_for_others(
    visit: StudyVisit, cast: Cast, client_of: ClientOf
) -> None:
    address = "/groups/agrifood/visits/"
    assert "Soil days" not in client_of(cast.outsider).get(address).content.decode()
    open_visit(visit=visit, by=cast.deputy)
    assert "Soil days" in client_of(cast.outsider).get(address).content.decode()
    assert "Soil days" not in client_of(None).get(address).content.decode()


@pytest.mark.parametrize("verb", [open_visit, close_visit])
def test_only_who_leads_the_group_opens_and_closes(
    verb: Callable[..., StudyVisit], visit: StudyVisit, cast: Cast
) -> None:
    may = set()
    for name, person in cast.everyone().items():
        try:
            verb(visit=visit, by=person)
        except PermissionDenied:
            continue
        may.add(name)
    assert may == LEADERS
