"""The record of a consultation as people take it away: which text, by its hash, and every word that was said to it."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any, Final

from django.http import HttpResponse
from django.utils.text import slugify

from groups.models import Region
from plans.models import Consultation, Endorsement
from plans.queries.consultations import steps_of, words_of

FORMAT: Final = "consultation-record/1"

CSV_COLUMNS: Final = (
    "group",
    "version",
    "version_name",
    "sha256",
    "region_code",
    "region",
    "position",
    "text",
    "person",
    "organisation",
    "said_at_utc",
    "replaced_at_utc",
    "in_force",
)

_WORD_COLUMNS: Final = ("region", "region_name", "position", "text", "person", "organisation", "said_at")

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def record_json(consultation: Consultation) -> HttpResponse:
    """The record with the canonical text itself, so that its hash can be computed from this file alone."""
    content = json.dumps(_record(consultation), ensure_ascii=False, indent=2) + "\n"
    return _file(consultation, content.encode(), "json", "application/json; charset=utf-8")


def record_csv(consultation: Consultation) -> HttpResponse:
    """A line for each word, and one with the position "silent" for each region that has none; for spreadsheets."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows([[safe_cell(value) for value in line] for line in _csv_lines(consultation)])
    return _file(consultation, table.getvalue().encode("utf-8-sig"), "csv", "text/csv; charset=utf-8")


def safe_cell(value: str) -> str:
    """The value so that no spreadsheet takes it for a formula: behind an apostrophe where it might."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(_FORMULA_STARTS) else value


def utc(moment: datetime | None) -> str:
    """``2012-06-01T14:05:00Z``, "" for None."""
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _record(consultation: Consultation) -> dict[str, Any]:
    version = consultation.version
    words = list(words_of(consultation))
    return {
        "format": FORMAT,
        "group": consultation.plan.working_group.name,
        "version": version.number,
        "version_name": version.name,
        "frozen_at": utc(version.frozen_at),
        "sha256": version.digest,
        "state": consultation.state,
        "deadline": utc(consultation.deadline),
        "steps": [
            {
                "step": step.step,
                "at": utc(step.at),
                "person": step.by.name,
                "organisation": step.by.organisation.name if step.by.organisation else "",
                "deadline": utc(step.deadline),
                "note": step.note,
            }
            for step in steps_of(consultation)
        ],
        "words": [_word(word) for word in words],
        "silent": [region.code for region in _silent(words)],
        "canonical_text": version.canonical_text,
    }


def _word(word: Endorsement) -> dict[str, Any]:
    return {
        "region": word.region.code,
        "region_name": word.region.name,
        "position": word.position,
        "text": word.text,
        "person": word.person.name,
        "organisation": word.organisation.name if word.organisation else "",
        "said_at": utc(word.said_at),
        "replaced_at": utc(word.replaced_at) or None,
        "in_force": word.replaced_at is None,
        "sha256": word.digest,
    }


def _csv_lines(consultation: Consultation) -> Iterator[list[str]]:
    version = consultation.version
    about = [consultation.plan.working_group.name, str(version.number), version.name, version.digest]
    words = list(words_of(consultation))
    for word in words:
        said = _word(word)
        yield [
            *about,
            *(said[name] for name in _WORD_COLUMNS),
            said["replaced_at"] or "",
            "yes" if said["in_force"] else "no",
        ]
    for region in _silent(words):
        yield [*about, region.code, region.name, "silent", "", "", "", "", "", ""]


def _silent(words: list[Endorsement]) -> list[Region]:
    spoken = {word.region_id for word in words}
    return [region for region in Region.objects.all() if region.pk not in spoken]


def _file(consultation: Consultation, content: bytes, suffix: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = f"consultation-{slugify(consultation.plan.slug)}-version-{consultation.version.number}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
