"""A person's notices over HTTP, for the pages' own scripts and for programs of the people's own."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from live.api import EventsOut
from live.queries import events_after
from notices.domain import read_all, read_notice
from notices.events import stream_of
from notices.queries import NoticeView, notices_page, unread_count

EVENTS_IN_AN_ANSWER = 500

router = Router(tags=["notices"])
Id = Annotated[int, Query(ge=1, lt=2**63)]


class NoticeOut(Schema):
    """``words``: what happened, in the person's language; ``url``: the path of the page that shows it."""

    id: int
    kind: str
    subject: str
    words: str
    url: str
    actor: str | None
    created_at: datetime
    read_at: datetime | None


class NoticesOut(Schema):
    """``older``: what to ask ``before`` for the next ones, null at the end. ``unread``: up to 100."""

    notices: list[NoticeOut]
    unread: int
    older: int | None


class UpTo(Schema):
    up_to: Annotated[int, Query(ge=1, lt=2**63, description="The newest notice that was shown.")]


class Unread(Schema):
    unread: int


@router.get("/notices", response=NoticesOut, summary="My notices, newest first")
def list_notices(request: HttpRequest, unread: bool = False, before: Id | None = None) -> NoticesOut:
    person_id = _person(request)
    page = notices_page(person_id, unread_only=unread, before=before)
    return NoticesOut(notices=[_told(view) for view in page.notices], unread=unread_count(person_id), older=page.older)


@router.put("/notices/read", response=Unread, summary="Mark all notices as read, up to one")
def mark_all_read(request: HttpRequest, shown: UpTo) -> Unread:
    read_all(person_id=_person(request), up_to=shown.up_to)
    return Unread(unread=unread_count(_person(request)))


@router.get("/notices/events", response=EventsOut, summary="What the stream of my notices tells after a number")
def notice_events(request: HttpRequest, after: Annotated[int, Query(ge=0, lt=2**63)] = 0) -> dict[str, object]:
    return events_after(stream=stream_of(_person(request)), after=after, limit=EVENTS_IN_AN_ANSWER).as_json()


@router.put("/notices/{int:pk}/read", response=Unread, summary="Mark one notice as read")
def mark_read(request: HttpRequest, pk: int) -> Unread:
    read_notice(person_id=_person(request), pk=pk)
    return Unread(unread=unread_count(_person(request)))


def _person(request: HttpRequest) -> int:
    return int(request.user.pk)  # type: ignore[arg-type]  # the API lets in nobody who has none


def _told(view: NoticeView) -> NoticeOut:
    notice = view.notice
    return NoticeOut(
        id=notice.pk,
        kind=notice.kind,
        subject=notice.subject,
        words=view.words,
        url=notice.url,
        actor=notice.actor.get_full_name() if notice.actor else None,
        created_at=notice.created_at,
        read_at=notice.read_at,
    )
