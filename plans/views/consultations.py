"""The consultation's page: the table of regions, their words, the form for who speaks for one, the frozen text."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.models import Region
from groups.refusals import show_errors
from groups.standing import PersonRequest
from live.queries import head_of
from markup.domain import renderings_of
from plans.domain.canonical import PlanContent
from plans.domain.endorsements import speak_for_region
from plans.domain.plans import opened_plan
from plans.domain.versions import draft_digest
from plans.enums import STREAM_KIND, TEXT_HEADINGS, ConsultationState, Position
from plans.exporters import PlanDifference, differences_between, reading_of
from plans.forms.consultations import DeadlineForm, NoteForm, WordForm
from plans.models import Consultation, StrategicPlan, Version
from plans.policies import may_consult, may_read_plan, may_set_deadline, may_speak_for
from plans.queries.consultations import (
    RegionRow,
    consultation_for,
    consultations_for,
    consulted_plan,
    latest_consultation,
    region_rows,
    steps_of,
    tally_of,
)
from plans.views.loading import PlanView, Rest, asker, frame

# The states in which leaders may still do something to a consultation, and its text is the last that was asked about.
UNDECIDED = frozenset({ConsultationState.OPEN, ConsultationState.CLOSED})


def consultation_page(view: PlanView[Rest]) -> Callable[..., HttpResponse]:
    """Gives the view the plan of the group in the address: to who reads its drafts, and to who speaks for a region once
    the regions were asked about a version of it. Others get 404; who has not signed in is sent to sign in."""

    @login_required
    @wraps(view)
    def page(request: PersonRequest, slug: str, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, _plan(request, slug), *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error

    return page


def _plan(request: PersonRequest, slug: str) -> StrategicPlan:
    try:
        return opened_plan(standing=request.standing, person=asker(request), slug=slug)
    except ObjectDoesNotExist:
        return consulted_plan(request.standing, slug)


@require_safe
@consultation_page
def latest(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """The newest consultation, or what one is for where there has been none."""
    consultation = latest_consultation(request.standing, plan.slug)
    if consultation is None:
        context = frame(plan, may_consult=may_consult(request.standing, plan))
        return render(request, "plans/consultation_none.html", context)
    return shown(request, plan, consultation)


@require_safe
@consultation_page
def on(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    """The consultation on the version of this number."""
    return shown(request, plan, consultation_for(request.standing, plan.slug, number))


@require_POST
@consultation_page
def speak(request: PersonRequest, plan: StrategicPlan, number: int, region: str) -> HttpResponse:
    """A region's word, from the form on the consultation's page."""
    consultation = consultation_for(request.standing, plan.slug, number)
    spoken_for = get_object_or_404(Region, slug=region)
    if not may_speak_for(request.standing, spoken_for.pk):
        raise PermissionDenied(_("Only who holds a region's mandate may speak for it."))
    form = WordForm(request.POST, prefix=spoken_for.code)
    if form.is_valid():
        try:
            _word, is_new = speak_for_region(
                consultation=consultation,
                region=spoken_for,
                person=asker(request),
                position=Position(form.cleaned_data["position"]),
                text=form.cleaned_data["text"],
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            if is_new:
                messages.success(request, _("The word of %(region)s is recorded.") % {"region": spoken_for.name})
            return redirect(f"{consultation.get_absolute_url()}#region-{spoken_for.code}")
    return shown(request, plan, consultation, words={spoken_for.pk: form})


@dataclass(frozen=True, slots=True)
class Speaking:
    """A region that the reader speaks for: its row, its form, and what changed since it spoke on an earlier version."""

    row: RegionRow
    form: WordForm
    since: PlanDifference | None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A region's row with the HTML of its word's text, or of its earlier word's."""

    row: RegionRow
    html: SafeString | None


def shown(
    request: PersonRequest,
    plan: StrategicPlan,
    consultation: Consultation,
    *,
    words: dict[int, WordForm] | None = None,
    forms: dict[str, DeadlineForm | NoteForm] | None = None,
) -> HttpResponse:
    """The page; ``words`` (by region) and ``forms`` are those that were refused, as they were filled in."""
    stream = f"{STREAM_KIND}:{plan.slug}"
    # The head before the rows: an event in between is then told twice rather than never.
    head = head_of(stream)
    standing = request.standing
    reads_group = may_read_plan(standing, plan.working_group_id)
    leads = may_consult(standing, plan)
    rows = region_rows(consultation)
    tally = tally_of(rows)
    others = consultations_for(standing, plan.slug).defer("version__content", "version__canonical_text")
    context = frame(
        plan,
        consultation=consultation,
        version=consultation.version,
        reads_group=reads_group,
        stream=stream if reads_group else "",
        head=head,
        rows=_with_html(rows),
        tiles=rows,
        tally=tally,
        silent=[row for row in rows if row.word is None],
        speaking=_speaking(request, consultation, rows, words or {}),
        steps=steps_of(consultation),
        others=[each for each in others if each.pk != consultation.pk],
        may_consult=leads,
        may_set_deadline=may_set_deadline(standing, plan),
        has_moved_on=leads and consultation.state in UNDECIDED and draft_digest(plan) != consultation.digest,
        reading=reading_of(consultation.version),
        **_forms(consultation, forms or {}),
    )
    return render(request, "plans/consultation.html", context, status=422 if words or forms else 200)


def _forms(consultation: Consultation, refused: dict[str, DeadlineForm | NoteForm]) -> dict[str, Any]:
    return {
        "deadline_form": refused.get("deadline") or DeadlineForm(initial={"deadline": consultation.deadline}),
        "close_form": refused.get("close") or NoteForm(prefix="close"),
        "withdraw_form": refused.get("withdraw") or NoteForm(prefix="withdraw"),
        "is_withdrawable": consultation.state in UNDECIDED,
        "refused": set(refused),
    }


def _with_html(rows: list[RegionRow]) -> list[ShownRow]:
    texts = {row.region.pk: said.text for row in rows if (said := row.word or row.earlier) is not None and said.text}
    renderings = renderings_of(texts.values(), base_heading=TEXT_HEADINGS)
    return [ShownRow(row, renderings[texts[row.region.pk]].html if row.region.pk in texts else None) for row in rows]


def _speaking(
    request: PersonRequest, consultation: Consultation, rows: list[RegionRow], refused: dict[int, WordForm]
) -> list[Speaking]:
    held = [row for row in rows if may_speak_for(request.standing, row.region.pk)]
    if not consultation.takes_words:
        held = [row for row in held if row.region.pk in refused]
    spoken_on = {row.earlier.consultation.version_id for row in held if row.earlier}
    new = PlanContent.from_json(consultation.version.content)
    since = {
        version.pk: differences_between(PlanContent.from_json(version.content), new)
        for version in Version.objects.filter(pk__in=spoken_on)
    }
    return [
        Speaking(
            row=row,
            form=refused.get(row.region.pk) or _word_form(row),
            since=since[row.earlier.consultation.version_id] if row.earlier else None,
        )
        for row in held
    ]


def _word_form(row: RegionRow) -> WordForm:
    said = row.word or row.earlier
    initial = {"position": said.position, "text": said.text} if said else None
    return WordForm(initial=initial, prefix=row.region.code)
