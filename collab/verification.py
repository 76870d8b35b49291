"""Whether every document's log is whole and readable, and its snapshots say the same as the log itself."""

from collections.abc import Callable, Iterator

from django.db.models import Count, Max, Min

from collab.models import Document, DocumentUpdate, Snapshot, StoredTexts
from collab.queries import rows_between
from collab.remembered import recall
from collab.replica import ENDING, Replica, Row
from collab.updates import MalformedUpdate, read_update


def problems(progress: Callable[[str], object]) -> Iterator[str]:
    """A line for each thing that is wrong with a document; nothing where all is well."""
    count = Document.objects.count()
    for place, document in enumerate(Document.objects.order_by("pk").iterator(), 1):
        if place % 50 == 0:
            progress(f"documents: {place} of {count}")
        try:
            yield from _problems_of(document)
        except ENDING:
            raise
        except BaseException as trouble:
            yield f"document {document}: it cannot be opened: {trouble}"


def _problems_of(document: Document) -> Iterator[str]:
    held = DocumentUpdate.objects.filter(document=document).aggregate(
        count=Count("pk"), lowest=Min("number"), highest=Max("number")
    )
    if (held["count"], held["lowest"] or 1, held["highest"] or 0) != (document.head, 1, document.head):
        yield (
            f"document {document}: its log should hold updates 1 to {document.head}, and holds {held['count']}, "
            f"from {held['lowest']} to {held['highest']}"
        )
    rows = rows_between(document.pk, 0, document.head)
    damage = list(_damage(document, rows))
    yield from damage
    if damage:
        return
    replica = Replica()
    waiting = iter(rows)
    for snapshot in Snapshot.objects.filter(document=document).order_by("number"):
        for row in waiting:
            replica.replay(row)
            if row.number >= snapshot.number:
                break
        state = bytes(snapshot.state)
        loaded = replica.told_by(state)
        if loaded is None:
            yield f"document {document}: its snapshot at {snapshot.number} differs from its log"
        elif snapshot.knowledge is not None and recall(bytes(snapshot.knowledge), state) != loaded.knowledge:
            yield f"document {document}: what is known of its snapshot at {snapshot.number} is not what is in it"
    for row in waiting:
        replica.replay(row)
    stored = StoredTexts.objects.filter(document=document, number=document.head).first()
    if stored is not None and stored.texts != replica.texts():
        yield f"document {document}: its stored texts differ from its log"


def _damage(document: Document, rows: list[Row]) -> Iterator[str]:
    """What is wrong with single updates; what follows from it in snapshots and texts would only repeat it."""
    for row in rows:
        if not row.is_intact:
            yield f"document {document}: update {row.number} is not what was committed"
            continue
        try:
            read_update(row.data)
        except MalformedUpdate as trouble:
            yield f"document {document}: update {row.number} cannot be read: {trouble}"
