"""The plan's workroom: the outline, and one section at a time to write in or to read."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.standing import PersonRequest
from live.queries import positions
from markup.domain import render as rendered
from plans.enums import STREAM_KIND, TEXT_HEADINGS
from plans.models import Section, StrategicPlan
from plans.policies import may_arrange, may_edit_actions, may_write_text
from plans.queries import committed_texts, sections_of
from plans.views.loading import frame, plan_page

PREVIEW_LIMIT = 200_000
"""Characters of text that may be previewed at once: rendering that many takes about half a second."""


@require_safe
@plan_page
def workroom(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """Shows the section that ``?section=<id>`` names, or the first."""
    stream = f"{STREAM_KIND}:{plan.slug}"
    # The head before the rows: an event in between is then told twice rather than never.
    head = positions([stream])[stream].head
    sections = list(sections_of(plan))
    texts = committed_texts(plan).texts
    wanted = request.GET.get("section")
    section = next((each for each in sections if each.id == wanted), None)
    if section is None and wanted is not None:
        raise Http404
    if section is None and sections:
        section = sections[0]
    text = texts.get(section.id, "") if section else ""
    return render(
        request,
        "plans/workroom.html",
        frame(
            plan,
            sections=[{"section": each, "is_empty": not texts.get(each.id, "").strip()} for each in sections],
            section=section,
            # A draft changes by the second, so its rendering is not stored; a very long one is shown as it was typed.
            committed=rendered(text, base_heading=TEXT_HEADINGS).html if len(text) <= PREVIEW_LIMIT else None,
            text=text,
            may_write=section is not None and may_write_text(request.standing, section),
            may_arrange=may_arrange(request.standing, plan),
            editor={
                "slug": plan.slug,
                "group": plan.working_group.name,
                "stream": stream,
                "head": head,
                "preview": reverse("plans:preview", args=[plan.slug]),
                "images": reverse("plans:images", args=[plan.slug]),
                "worker": reverse("plans:worker"),
                "writes": may_edit_actions(request.standing, plan),
                "leads": may_arrange(request.standing, plan),
                "section": section.id if section else "",
                "sections": [_outline(each) for each in sections],
            },
        ),
    )


def _outline(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "heading": section.heading,
        "guidance": section.shown_guidance,
        "locked": section.is_locked,
    }


@require_POST
@plan_page
def preview(request: PersonRequest, _plan: StrategicPlan) -> HttpResponse:
    """The posted ``text`` as it would be published: JSON ``{"html"}``; 413 with ``{"detail"}`` if it is too long."""
    text = request.POST.get("text", "")
    if len(text) > PREVIEW_LIMIT:
        return JsonResponse({"detail": _("This text is too long for a preview.")}, status=413)
    return JsonResponse({"html": rendered(text, base_heading=TEXT_HEADINGS).html})
