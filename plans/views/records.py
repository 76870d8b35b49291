"""The record of a consultation: a page to read and print, files to keep, and the text whose hash they name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from groups.standing import PersonRequest
from markup.domain import renderings_of
from plans import exporters
from plans.enums import TEXT_HEADINGS
from plans.exporters import records
from plans.models import StrategicPlan
from plans.policies import may_read_plan
from plans.queries.consultations import consultation_for, region_rows, steps_of, tally_of, words_of
from plans.views.consultations import consultation_page
from plans.views.loading import frame


@require_safe
@consultation_page
def record(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    """Everything that was said and done, with times in UTC, and the text below it."""
    consultation = consultation_for(request.standing, plan.slug, number)
    words = list(words_of(consultation))
    renderings = renderings_of([word.text for word in words if word.text], base_heading=TEXT_HEADINGS)
    rows = region_rows(consultation)
    context = frame(
        plan,
        consultation=consultation,
        version=consultation.version,
        reads_group=may_read_plan(request.standing, plan.working_group_id),
        words=[{"word": word, "html": renderings[word.text].html if word.text else None} for word in words],
        tiles=rows,
        tally=tally_of(rows),
        silent=[row for row in rows if row.word is None],
        steps=steps_of(consultation),
        reading=exporters.reading_of(consultation.version),
    )
    return render(request, "plans/record.html", context)


@require_safe
@consultation_page
def record_json(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    return records.record_json(consultation_for(request.standing, plan.slug, number))


@require_safe
@consultation_page
def record_csv(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    return records.record_csv(consultation_for(request.standing, plan.slug, number))


@require_safe
@consultation_page
def text(request: PersonRequest, plan: StrategicPlan, number: int, suffix: str) -> HttpResponse:
    """The canonical text that the regions were asked about, byte for byte what was hashed."""
    return exporters.canonical_file(consultation_for(request.standing, plan.slug, number).version, suffix)
