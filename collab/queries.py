"""Reading documents from their log: to open them, to show their texts, to say who wrote what."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

from pycrdt import Doc, Text

from collab.authorship import Author, Span, authors_of, spans_of
from collab.models import Authorship, Document, DocumentUpdate, Snapshot, StoredTexts
from collab.remembered import is_of, state_vector_in
from collab.replica import ENDING, Base, Replica, Row, Stored

logger = logging.getLogger(__name__)

# Writing that rests longer than this is another session.
PAUSE = timedelta(minutes=15)
# How many updates one stretch of the history looks at.
UPDATES_READ = 1000


@dataclass(frozen=True, slots=True)
class Texts:
    """The committed text of every name that was ever written into, at number ``number`` of the log."""

    number: int
    texts: dict[str, str]


def document_of(kind: str, key: str) -> Document:
    """The document; raises Document.DoesNotExist."""
    return Document.objects.get(kind=kind, key=key)


def rows_between(document_id: int, after: int, upto: int) -> list[Row]:
    """The rows of the log with after < number <= upto, in order."""
    rows = DocumentUpdate.objects.filter(document_id=document_id, number__gt=after, number__lte=upto)
    fields = ("number", "data", "person_id", "checksum")
    return [
        Row(number, bytes(data), person_id, checksum is None or checksum == crc32(data))
        for number, data, person_id, checksum in rows.order_by("number").values_list(*fields)
    ]


def replica_of(document: Document) -> Replica:
    """The document as committed when this row was read: its newest snapshot and the updates after it."""
    return _replica_at(document, document.head)


def _replica_at(document: Document, number: int) -> Replica:
    """The document as it was at this number of its log: the snapshot before it and the updates up to it."""
    base = _base_of(document, number)
    rows = rows_between(document.pk, base.number if base else 0, number)
    for row in rows:
        if not row.is_intact:
            logger.error("update %s of %s is not what was committed", row.number, document)
    return Replica.from_log(base, rows, number)


def _base_of(document: Document, number: int) -> Base | None:
    """The newest snapshot up to this number."""
    snapshots = Snapshot.objects.filter(document=document, number__lte=number).order_by("-number")
    found = snapshots.values_list("number", "state", "knowledge").first()
    if found is None:
        return None
    number, state, knowledge = found
    return Base(number, bytes(state), bytes(knowledge) if knowledge is not None else None)


def stored_of(document: Document) -> Stored | None:
    """The document as committed when this row was read, unread: for who wants it whole. None where that does not do:
    where a snapshot is none of ours or is damaged, or an update is missing, damaged or has no checksum."""
    base = _base_of(document, document.head)
    remembered = base.remembered if base is not None else None
    if base is not None and (remembered is None or not is_of(remembered, base.state)):
        return None
    after = base.number if base is not None else 0
    rows = DocumentUpdate.objects.filter(document=document, number__gt=after, number__lte=document.head)
    updates = list(rows.order_by("number").values_list("data", "checksum"))
    if len(updates) != document.head - after or any(checksum != crc32(data) for data, checksum in updates):
        return None
    if base is not None and remembered is not None and not updates:
        return Stored(document.head, base.state, state_vector_in(remembered))
    doc: Doc[Text] = Doc()
    if base is not None:
        doc.apply_update(base.state)
    for data, _checksum in updates:
        doc.apply_update(bytes(data))
    return Stored(document.head, doc.get_update(), doc.get_state())


def heads_of(document_ids: Iterable[int]) -> dict[int, int]:
    """The number of the last committed update of each of these documents, in one query."""
    return dict(Document.objects.filter(pk__in=list(document_ids)).values_list("pk", "head"))


def texts_of(kind: str, key: str) -> Texts:
    """The document's committed texts; raises Document.DoesNotExist. Costs one query while nothing was written since."""
    document = Document.objects.select_related("stored_texts").get(kind=kind, key=key)
    stored = getattr(document, "stored_texts", None)
    if stored is not None and stored.number == document.head:
        return Texts(stored.number, stored.texts)
    return store_texts(document, replica_of(document))


def texts_at(kind: str, key: str, number: int) -> Texts:
    """The document's texts as they were at a number of its log, from 0 (nothing yet) on; past the head, as they are.

    The log is kept whole, so that every point can be told; at most ``domain.SNAPSHOT_EVERY`` updates are read for it.
    Raises Document.DoesNotExist.
    """
    document = document_of(kind, key)
    replica = _replica_at(document, min(max(number, 0), document.head))
    return Texts(replica.number, replica.texts())


def moments_of(kind: str, key: str, numbers: Iterable[int]) -> dict[int, datetime]:
    """When the updates of these numbers were committed; what is not there is left out."""
    rows = DocumentUpdate.objects.filter(document__kind=kind, document__key=key, number__in=list(numbers))
    return dict(rows.values_list("number", "created_at"))


@dataclass(frozen=True, slots=True)
class Session:
    """Updates of one person (None: the server) with no pause of more than ``PAUSE`` between two: the numbers of the
    first and the last of them, when they were committed, and the names of the texts that they changed. Others may have
    written between the two."""

    person_id: int | None
    first: int
    last: int
    started_at: datetime
    ended_at: datetime
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sessions:
    """A stretch of a document's history, the latest session first. ``before`` is the number to ask for what came
    earlier, None at the beginning; ``head`` is the document's last number."""

    sessions: list[Session]
    before: int | None
    head: int


def sessions_of(kind: str, key: str, *, before: int | None = None) -> Sessions:
    """Who wrote when, up to the update numbered ``before`` (the last one); ``UPDATES_READ`` updates at most are looked
    at, so a session may go on in the next stretch. Raises Document.DoesNotExist."""
    document = document_of(kind, key)
    upto = document.head if before is None else min(max(before, 0), document.head)
    after = max(0, upto - UPDATES_READ)
    replica = _replica_at(document, after)
    touched: set[str] = set()
    texts = {name: replica.doc.get(name, type=Text) for name in texts_of(kind, key).texts}
    # Whoever drops a subscription hears nothing any more.
    subscriptions = [text.observe(partial(_note, touched, name)) for name, text in texts.items()]
    latest: dict[int | None, Session] = {}
    sessions: list[Session] = []
    rows = DocumentUpdate.objects.filter(document=document, number__gt=after, number__lte=upto).order_by("number")
    for number, data, person_id, at in rows.values_list("number", "data", "person_id", "created_at"):
        touched.clear()
        try:
            # Not judged again as ``Replica.replay`` does, which costs a hundred times as much.
            replica.apply(bytes(data))
        except ENDING:
            raise
        except BaseException:
            logger.exception("Update %s of %s cannot be read and is left out", number, document)
        session = latest.get(person_id)
        if session is None or at - session.ended_at > PAUSE:
            if session is not None:
                sessions.append(session)
            session = Session(person_id, number, number, at, at, frozenset())
        latest[person_id] = replace(session, last=number, ended_at=at, names=session.names | touched)
    for text, subscription in zip(texts.values(), subscriptions, strict=True):
        text.unobserve(subscription)
    sessions += latest.values()
    sessions.sort(key=lambda each: each.last, reverse=True)
    return Sessions(sessions, after or None, document.head)


def _note(touched: set[str], name: str, _event: object) -> None:
    touched.add(name)


def store_texts(document: Document, replica: Replica) -> Texts:
    """Keeps the texts for the next reader; they are derived, so that nobody needs a right to do so."""
    texts = replica.texts()
    StoredTexts.objects.bulk_create(
        [StoredTexts(document=document, number=document.head, texts=texts)],
        update_conflicts=True,
        unique_fields=["document"],
        update_fields=["number", "texts"],
    )
    return Texts(document.head, texts)


def authors_in(document: Document) -> list[Author]:
    """Whose session first sent each id of the document, by client and clock."""
    newest = Snapshot.objects.filter(document=document).order_by("-number").values_list("number", flat=True).first()
    spans = Authorship.objects.filter(document=document).order_by("client", "clock_start")
    known = [Author(*span) for span in spans.values_list("client", "clock_start", "clock_end", "person_id")]
    return authors_of(known, rows_between(document.pk, newest or 0, document.head))


@dataclass(frozen=True, slots=True)
class Written:
    """The committed texts at log number ``number``, and who wrote which stretch of each."""

    number: int
    texts: dict[str, str]
    writers: dict[str, list[Span]]


def written_in(kind: str, key: str) -> Written:
    """The document's committed texts with who wrote what, from one reading of it. Raises Document.DoesNotExist."""
    document = document_of(kind, key)
    replica = replica_of(document)
    texts = replica.texts()
    return Written(document.head, texts, spans_of(replica.doc.get_update(), texts, authors_in(document)))


def writers_of(kind: str, key: str, name: str) -> list[Span]:
    """Who wrote which stretch of a text, in order and without gaps; places and lengths in code points. The person is
    the one whose session sent it, None for the server. Raises Document.DoesNotExist."""
    document = document_of(kind, key)
    return spans_of(replica_of(document).doc.get_update(), [name], authors_in(document))[name]
