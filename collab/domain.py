"""Every write to a document's log, and its compaction."""

import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from diff_match_patch import diff_match_patch  # type: ignore[import-untyped]  # it has no types
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from pycrdt import Doc, Text

from collab import positions, quotas
from collab.models import Authorship, Document, DocumentUpdate, Snapshot
from collab.queries import authors_in, replica_of, rows_between, store_texts
from collab.replica import ENDING, Row
from sockets import hints

logger = logging.getLogger(__name__)

# A snapshot is made when this many updates came after the newest one.
COMPACT_AFTER = 200
# Of so many updates one snapshot is kept for good, so that the text of any point of the log is had quickly.
SNAPSHOT_EVERY = 1000
# Of so many characters in both texts, differences are sought without heed of the time.
THOROUGH = 20_000
_HEAD = "SELECT head FROM collab_document WHERE id = %s"
_LOCKED_HEAD = f"{_HEAD} FOR UPDATE"
_SET_HEAD = "UPDATE collab_document SET head = %s WHERE id = %s"
_INSERT = (
    "INSERT INTO collab_documentupdate (document_id, number, data, checksum, person_id, created_at)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)
# The heads at which this process could not prove a snapshot of these documents: not tried again before they move.
_unproven: dict[int, int] = {}


@dataclass(frozen=True, slots=True)
class Batch:
    """Updates for one document, in order; ``known`` is the number up to which the caller has its log."""

    document_id: int
    known: int
    updates: list[tuple[bytes, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Appended:
    """What a batch became: the numbers from ``first`` on, and the rows that others had written before them."""

    first: int
    before: list[Row]


def topic_of(document_id: int) -> str:
    """The topic of the hints about this document."""
    return f"document.{document_id}"


def append_updates(batches: Sequence[Batch]) -> dict[int, Appended]:
    """Commits the updates of several documents in one transaction; a document that no longer exists is left out of
    the answer. Whoever calls has read the updates and knows that each person may write what theirs holds.

    Everybody who types waits for this, so it says in SQL what the models would (docs/adr/0023).
    """
    appended: dict[int, Appended] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        lock = _LOCKED_HEAD if connection.features.has_select_for_update else _HEAD
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        rows: list[tuple[Any, ...]] = []
        for batch in sorted(batches, key=lambda batch: batch.document_id):
            cursor.execute(lock, (batch.document_id,))
            found = cursor.fetchone()
            if found is None:
                continue
            head = int(found[0])
            before = rows_between(batch.document_id, batch.known, head) if head > batch.known else []
            appended[batch.document_id] = Appended(head + 1, before)
            for number, (data, person_id) in enumerate(batch.updates, head + 1):
                rows.append((batch.document_id, number, data, zlib.crc32(data), person_id, now))
            cursor.execute(_SET_HEAD, (head + len(batch.updates), batch.document_id))
        if rows:
            cursor.executemany(_INSERT, rows)
    return appended


def create_document(*, kind: str, key: str, texts: Mapping[str, str], person_id: int | None) -> Document:
    """Begins a document with these texts by name, written by this person (None: nobody).

    Raises ValidationError where a text is too large; IntegrityError where there is one of this kind and key.
    """
    with transaction.atomic():
        document = Document.objects.create(kind=kind, key=key)
        _append_texts(document, texts, person_id)
    return document


def add_text(*, kind: str, key: str, name: str, text: str, person_id: int | None) -> None:
    """Writes the beginning of one more text of a document, once; open editors receive it after the commit.

    Raises ValidationError where something was written under this name before or the text is too large, and
    Document.DoesNotExist.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().get(kind=kind, key=key)
        present = replica_of(document).texts()
        if name in present:
            raise ValidationError(_("This text has been begun already."), code="begun")
        room_left = quotas.MAX_DOCUMENT_BYTES - sum(len(each.encode()) for each in present.values())
        if len(text.encode(errors="replace")) > room_left:
            raise ValidationError(_("The document would become too large."), code="too-large")
        _append_texts(document, {name: text}, person_id)


def rewrite_text(*, kind: str, key: str, name: str, text: str, person_id: int) -> int:
    """Makes a text say this, as an update by this person: only what differs is deleted and inserted, so that what
    others write meanwhile merges with it as with anything typed. Returns the number of the document's last update.

    Raises ValidationError where the text or the document would be too large, and Document.DoesNotExist.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().get(kind=kind, key=key)
        replica = replica_of(document)
        present = replica.texts()
        if present.get(name, "") == text:
            return document.head
        _check_sizes({**present, name: text})
        copy: Doc[Text] = Doc()
        copy.apply_update(replica.doc.get_update())
        updates: list[bytes] = []
        subscription = copy.observe(lambda event: updates.append(event.update))
        with copy.transaction():
            at = 0
            for kind_of_edit, part in _edits(str(copy.get(name, type=Text)), text):
                if kind_of_edit < 0:
                    positions.delete(copy, name, at, len(part))
                    continue
                if kind_of_edit > 0:
                    positions.insert(copy, name, at, part)
                at += len(part)
        copy.unobserve(subscription)
        for data in updates:
            _append(document, data, person_id)
    return document.head


def _edits(old: str, new: str) -> list[tuple[int, str]]:
    """The stretches that are deleted (-1), kept (0) and inserted (1) to make the new text of the old one."""
    search = _Search()
    found = search.diff_main(old, new)
    search.diff_cleanupEfficiency(found)
    return list(found)


class _Search(diff_match_patch):  # type: ignore[misc]  # it has no types
    """Leaves out, on long texts, two steps that heed no timeout and take minutes where a text repeats itself."""

    def diff_halfMatch(self, old: str, new: str) -> Any:  # noqa: N802 - its name
        return super().diff_halfMatch(old, new) if len(old) + len(new) <= THOROUGH else None

    def diff_cleanupSemantic(self, found: list[tuple[int, str]]) -> None:  # noqa: N802
        if sum(len(part) for _kind, part in found) <= THOROUGH:
            super().diff_cleanupSemantic(found)


def _row(document: Document, data: bytes, person_id: int | None) -> DocumentUpdate:
    number, checksum = document.head, zlib.crc32(data)
    return DocumentUpdate(document=document, number=number, data=data, checksum=checksum, person_id=person_id)


def _append(document: Document, data: bytes, person_id: int | None) -> None:
    document.head += 1
    _row(document, data, person_id).save(force_insert=True)
    document.save(update_fields=["head"])
    topic, head = topic_of(document.pk), document.head
    transaction.on_commit(lambda: hints.send(topic, {"head": head}))


def _check_sizes(texts: Mapping[str, str]) -> None:
    if any(len(text.encode(errors="replace")) > quotas.MAX_TEXT_BYTES for text in texts.values()):
        raise ValidationError(_("This text is too large."), code="too-large")
    if sum(len(text.encode(errors="replace")) for text in texts.values()) > quotas.MAX_DOCUMENT_BYTES:
        raise ValidationError(_("The document would become too large."), code="too-large")


def _append_texts(document: Document, texts: Mapping[str, str], person_id: int | None) -> None:
    seeds: Doc[Text] = Doc()
    written = {name: text.encode(errors="replace").decode() for name, text in texts.items() if text}
    _check_sizes(written)
    if not written:
        return
    with seeds.transaction():
        for name, text in written.items():
            seeds.get(name, type=Text).insert(0, text)
    _append(document, seeds.get_update(), person_id)


def compact_documents(*, progress: Callable[[str], object] | None = None) -> int:
    """Makes a snapshot of every document with a long log since its last one; returns how many were made.

    The log stays. A log with a hole or a damaged update in it is left alone until it grows. What goes wrong with one
    document is logged and is no trouble of the others.
    """
    newest = Coalesce(Max("snapshots__number"), 0)
    due = Document.objects.annotate(newest=newest).filter(head__gte=F("newest") + COMPACT_AFTER)
    made = 0
    for place, document in enumerate(documents := list(due.order_by("pk")), 1):
        if progress is not None:
            progress(f"{document}: {place} of {len(documents)}")
        if _unproven.get(document.pk) == document.head:
            continue
        try:
            is_made = compact_document(document)
        except ENDING:
            raise
        except BaseException:
            logger.exception("%s could not be compacted", document)
            continue
        if is_made:
            made += 1
            _unproven.pop(document.pk, None)
        else:
            _unproven[document.pk] = document.head
    return made


def compact_document(document: Document) -> bool:
    """Makes a snapshot of one document if it can be proven equal to its log; returns whether it was made."""
    replica = replica_of(document)
    if replica.has_hole or replica.is_damaged:
        return False
    base = replica.as_base()
    if base is None:
        return False
    authors = authors_in(document)
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=document.pk)
        if Snapshot.objects.filter(document=document, number__gte=document.head).exists():
            return False
        Snapshot.objects.create(document=document, number=document.head, state=base.state, knowledge=base.remembered)
        passed = document.head // SNAPSHOT_EVERY * SNAPSHOT_EVERY
        Snapshot.objects.filter(document=document, number__gte=passed, number__lt=document.head).delete()
        Authorship.objects.filter(document=document).delete()
        Authorship.objects.bulk_create(
            [
                Authorship(document=document, client=client, clock_start=start, clock_end=end, person_id=person_id)
                for client, start, end, person_id in authors
            ],
            batch_size=500,
        )
        store_texts(document, replica)
    return True
