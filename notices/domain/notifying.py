"""Telling people of what happened."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from live.domain import Event, publish
from notices.enums import Mail
from notices.events import NOTICES_CHANGED, NoticesChanged, stream_of
from notices.kinds import is_registered, kinds_of, seen_now
from notices.models import MailChoice, Notice
from notices.queries import unread_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened, and whom it concerns: ``kind`` is registered (see ``notices.kinds``), ``recipients`` are people's
    ids, ``subject`` ("post:81") is what it is about, ``url`` the path of the page that shows it, ``actor_id`` who did
    it (None: nobody), ``facts`` what the kind's wording needs, as JSON can hold it; ``by_letter`` that the room writes
    them an e-mail of its own, so that none about unread notices tells of it."""

    kind: str
    recipients: Iterable[int]
    subject: str
    url: str
    actor_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    by_letter: bool = False


def notify(*news: News) -> None:
    """Tells people of what happened, inside the transaction of what happened: nobody hears of what is rolled back.

    Nobody is told of what they did themselves or may not see; nor twice: a person hears of a subject by the first
    of the news given here that concerns them, and a notice of the same kind about the same subject is made once and
    stays. Their streams stay locked until the transaction ends, so this comes last in it, after
    ``live.domain.publish``, and once: all the news in one call. A fixed number of queries however many people are told.
    Raises ValueError for an unknown kind or a url that is no path of this site, TransactionManagementError outside a
    transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("People are notified in the transaction of what they hear of.")
    wanted: dict[tuple[int, str], News] = {}
    for one in news:
        _require_sound(one)
        for person_id in one.recipients:
            if person_id != one.actor_id:
                wanted.setdefault((person_id, one.subject), one)
    if not wanted:
        return
    people = {person_id for person_id, _ in wanted}
    active = set(get_user_model().objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    seen = seen_now((one.kind, person_id, one.subject) for (person_id, _), one in wanted.items())
    known = Notice.objects.filter(recipient__in=active, subject__in={subject for _, subject in wanted})
    told = set(known.values_list("recipient_id", "kind", "subject"))
    unmailed = _unmailed(active, {one.kind for one in wanted.values()})
    now = timezone.now()
    made = [
        Notice(
            recipient_id=person_id,
            kind=one.kind,
            subject=one.subject,
            url=one.url,
            actor_id=one.actor_id,
            facts=dict(one.facts),
            created_at=now,
            settled_at=now if one.by_letter or (person_id, one.kind) in unmailed else None,
        )
        for (person_id, _), one in wanted.items()
        if person_id in active
        and (one.kind, person_id, one.subject) in seen
        and (person_id, one.kind, one.subject) not in told
    ]
    Notice.objects.bulk_create(made, ignore_conflicts=True)
    publish_counts({notice.recipient_id for notice in made})


def publish_counts(person_ids: Iterable[int]) -> None:
    """Lets these people's open pages know how many unread notices they have."""
    counts = unread_counts(person_ids)
    publish(
        *(Event(stream_of(person_id), NOTICES_CHANGED, NoticesChanged(unread=n)) for person_id, n in counts.items())
    )


def _unmailed(person_ids: Iterable[int], kinds: Set[str]) -> set[tuple[int, str]]:
    """Which of these people want no e-mail about which of these kinds."""
    chosen = MailChoice.objects.filter(person__in=person_ids).values_list("person_id", "mail", "unwanted")
    return {
        (person_id, kind)
        for person_id, mail, unwanted in chosen
        for kind in (kinds if mail == Mail.NEVER else kinds & kinds_of(unwanted))
    }


def _require_sound(news: News) -> None:
    if not is_registered(news.kind):
        raise ValueError(f"{news.kind!r} is not a registered kind of notice.")
    if not news.url.startswith("/") or news.url.startswith("//"):
        raise ValueError(f"{news.url!r} is not a path of this site.")
