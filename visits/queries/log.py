"""A visit's log, as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from groups.standing import Standing
from markup.domain import renderings_of
from visits.enums import Heading
from visits.models import LogEntry, LogPhoto, StudyVisit, WaitingPhoto


def entry_for(standing: Standing, pk: int) -> LogEntry:
    """A log entry that was not deleted, with its visit; raises LogEntry.DoesNotExist where it is not theirs to read."""
    entries = LogEntry.objects.visible_to(standing).select_related("visit__working_group", "author")
    return entries.get(pk=pk, deleted_at=None)


@dataclass(frozen=True, slots=True)
class EntryView:
    """A log entry as it is shown; a deleted one has neither text nor photos."""

    entry: LogEntry
    html: str
    photos: tuple[LogPhoto, ...]


def entries_of(visit: StudyVisit, *, pk: int | None = None) -> list[EntryView]:
    """The visit's log, what was seen last first, or the one entry ``pk``: three queries however long it is.

    Deleted entries are there, empty, so that the log shows its gap.
    """
    entries = (
        LogEntry.objects.filter(visit=visit)
        .select_related("author__organisation__region", "deleted_by")
        .prefetch_related("photos__file")
        .order_by("-seen_at", "-pk")
    )
    if pk is not None:
        entries = entries.filter(pk=pk)
    shown = list(entries)
    html = html_of((entry.source for entry in shown if not entry.is_deleted), Heading.LOG)
    return [
        EntryView(
            entry=entry,
            html="" if entry.is_deleted else html[entry.source],
            photos=() if entry.is_deleted else tuple(entry.photos.all()),
        )
        for entry in shown
    ]


def photos_of(visit: StudyVisit) -> QuerySet[LogPhoto]:
    """Every photo of the visit's log that was not deleted, in the order in which things were seen."""
    photos = LogPhoto.objects.filter(entry__visit=visit, entry__deleted_at=None)
    return photos.select_related("file", "entry__author").order_by("entry__seen_at", "pk")


def waiting_photos(standing: Standing, visit: StudyVisit) -> QuerySet[WaitingPhoto]:
    """The person's own photos that were sent ahead of an entry of this visit, in the order in which they came."""
    return WaitingPhoto.objects.visible_to(standing).filter(visit=visit).select_related("file")


def waiting_photo_for(standing: Standing, pk: int) -> WaitingPhoto:
    """A photo of the person's own that waits; raises WaitingPhoto.DoesNotExist for anybody else's."""
    return WaitingPhoto.objects.visible_to(standing).select_related("visit").get(pk=pk)


def visible_entries(visit: StudyVisit) -> QuerySet[LogEntry]:
    """The entries of a visit that were not deleted, with authors and photos, in the order in which things were seen."""
    return visit.entries.filter(deleted_at=None).select_related("author").prefetch_related("photos__file")


def html_of(sources: Iterable[str], base_heading: int) -> dict[str, str]:
    """The stored HTML of each source, in one query; of a blank one, nothing. Its first headings are of this level."""
    wanted = set(sources)
    blank = {source for source in wanted if not source.strip()}
    rendered = renderings_of(wanted - blank, base_heading=base_heading)
    return {source: rendering.html for source, rendering in rendered.items()} | dict.fromkeys(blank, "")
