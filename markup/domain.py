"""Renderings, kept by what they were made of."""

import logging
from collections.abc import Iterable, Set
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.utils.safestring import SafeString, mark_safe

from markup.models import StoredRendering
from markup.pipeline import PIPELINE_VERSION, Rendering, digest_of, render
from prepared.queries import Prepared

__all__ = [
    "RenderedAhead",
    "Rendering",
    "forget_old_renderings",
    "html_of_each",
    "keep",
    "render",
    "render_ahead",
    "rendering_of",
    "renderings_of",
]

logger = logging.getLogger(__name__)


def rendering_of(source: str, *, base_heading: int = 2) -> Rendering:
    """The rendering of one source, stored when it is made for the first time."""
    return renderings_of([source], base_heading=base_heading)[source]


def renderings_of(sources: Iterable[str], *, base_heading: int = 2) -> dict[str, Rendering]:
    """The rendering of each source, by source. One query where all are stored; what is missing is made and stored.

    May be called inside a transaction or outside. Storing spares time and is nothing that anybody is told was done,
    so a database that cannot be written to just now spoils neither the page nor the caller's transaction.
    """
    digests = {source: digest_of(source) for source in sources}
    if not digests:
        return {}
    stored = _stored(set(digests.values()), base_heading)
    made = {
        digest: render(source, base_heading=base_heading) for source, digest in digests.items() if digest not in stored
    }
    if made:
        _store(made, base_heading)
    return {source: stored.get(digest) or made[digest] for source, digest in digests.items()}


@dataclass(frozen=True, slots=True)
class RenderedAhead:
    """The rendering of a source that is about to be written down; ``is_stored``: it was rendered before."""

    source: str
    base_heading: int
    rendering: Rendering
    is_stored: bool


def render_ahead(source: str, *, base_heading: int = 2) -> RenderedAhead:
    """For whoever writes a source in a transaction: the rendering, looked up or made before it, and stored nowhere yet.
    ``keep`` stores it in that transaction, and spares a commit of its own."""
    stored = _stored({digest_of(source)}, base_heading).get(digest_of(source))
    return RenderedAhead(source, base_heading, stored or render(source, base_heading=base_heading), stored is not None)


def keep(text: RenderedAhead) -> None:
    """Stores what was rendered ahead. As above, that it cannot be stored spoils nothing."""
    if not text.is_stored:
        _store({digest_of(text.source): text.rendering}, text.base_heading)


def html_of_each(sources: Iterable[str], *, base_heading: int = 2) -> dict[str, SafeString]:
    """As ``renderings_of``, for who needs the HTML alone."""
    digests = {source: digest_of(source) for source in sources}
    if not digests:
        return {}
    stored = dict(_HTML.rows(PIPELINE_VERSION, base_heading, sorted(set(digests.values()))))
    found = {
        source: mark_safe(stored[digest])  # noqa: S308 (cleaned before it was stored)
        for source, digest in digests.items()
        if digest in stored
    }
    made = renderings_of([source for source in digests if source not in found], base_heading=base_heading)
    return found | {source: rendering.html for source, rendering in made.items()}


_HTML = Prepared(
    lambda version, base_heading, digests: StoredRendering.objects.filter(
        pipeline_version=version, base_heading=base_heading, digest__in=digests
    ).values_list("digest", "html"),
    lambda digest, html: (digest, html),
)


def forget_old_renderings() -> int:
    """Deletes what earlier versions of the pipeline made, which nobody reads any more; returns how many there were."""
    deleted, _by_model = StoredRendering.objects.filter(pipeline_version__lt=PIPELINE_VERSION).delete()
    return deleted


def _stored(digests: Set[str], base_heading: int) -> dict[str, Rendering]:
    """The stored renderings by digest, in one query."""
    rows = StoredRendering.objects.filter(
        digest__in=digests, pipeline_version=PIPELINE_VERSION, base_heading=base_heading
    )
    return {
        row.digest: Rendering(mark_safe(row.html), row.text, tuple(row.mentions))  # noqa: S308 (cleaned before it was stored)
        for row in rows
    }


def _store(made: dict[str, Rendering], base_heading: int) -> None:
    rows = [
        StoredRendering(
            digest=digest,
            pipeline_version=PIPELINE_VERSION,
            base_heading=base_heading,
            html=str(rendering.html),
            text=rendering.text,
            mentions=list(rendering.mentions),
        )
        for digest, rendering in made.items()
    ]
    try:
        with transaction.atomic():
            StoredRendering.objects.bulk_create(rows, ignore_conflicts=True)
    except DatabaseError:
        logger.warning("%d renderings could not be stored", len(rows), exc_info=True)
