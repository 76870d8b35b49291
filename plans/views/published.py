"""What the public reads of a plan: the version that the group's leaders published, and nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from groups.models import WorkingGroup
from markup.domain import renderings_of
from plans.enums import TEXT_HEADINGS
from plans.exporters import canonical_file, reading_of
from plans.models import Version
from plans.queries import published_version
from plans.queries.consultations import agreement_on
from plans.views.loading import frame


@require_safe
def published(request: HttpRequest, slug: str) -> HttpResponse:
    """The published version; a page that says so, for nobody's index, where a group has published none."""
    try:
        version = published_version(slug)
    except Version.DoesNotExist:
        working_group = get_object_or_404(WorkingGroup, slug=slug)
        context = {"working_group": working_group, "room": "plan"}
        response = render(request, "plans/not_published.html", context)
        response["X-Robots-Tag"] = "noindex"
        return response
    agreement = agreement_on(version)
    reserving = [word for word in agreement.words if word.reservation] if agreement else []
    renderings = renderings_of([word.reservation for word in reserving], base_heading=TEXT_HEADINGS)
    context = frame(
        version.plan,
        version=version,
        reading=reading_of(version),
        agreement=agreement,
        reservations=[{"word": word, "html": renderings[word.reservation].html} for word in reserving],
    )
    return render(request, "plans/published.html", context)


@require_safe
def published_text(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The published version's canonical text as a file, whose ``sha256sum`` is the digest that the page shows."""
    try:
        return canonical_file(published_version(slug), suffix)
    except Version.DoesNotExist as error:
        raise Http404 from error
