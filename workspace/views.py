"""The pages that draw from several rooms, and those for when something went wrong."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forums.queries import opened_topics, topic_rows
from groups.models import Person, Region, WorkingGroup
from groups.queries import groups_readable_by
from groups.standing import PersonRequest
from plans.queries import published_plans
from visits.queries import published_visits
from workspace import queries
from workspace.countries import country_name
from workspace.domain.looking import mark_looked
from workspace.map import map_of
from workspace.overview import moment_of, overview_of

LATEST_VISITS = 6
OPENED_TOPICS = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The network and what it has published; above it, for who speaks for a region, what waits for its word."""
    network = queries.the_network()
    regions = queries.regions_with_agencies()
    meetings = queries.meetings()
    return render(
        request,
        "workspace/home.html",
        {
            "network": network,
            "regions": regions,
            "countries": len({region.country for region in regions}),
            "map": map_of(regions, meetings),
            "met": queries.met(regions, meetings),
            "sectors": queries.sectors(),
            "plans": published_plans(),
            "visits": published_visits(LATEST_VISITS),
            "milestones": queries.milestones_of(network) if network else [],
        },
    )


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """A working group's public face; for those who may read the group, with the overview of its rooms."""
    working_group = get_object_or_404(
        WorkingGroup.objects.select_related("network", "coordinating_organisation__region", "supporting_organisation"),
        slug=slug,
    )
    organisations = queries.organisations_in(working_group)
    taking_part = {organisation.region_id for organisation in organisations}
    tiles = [
        queries.RegionTile(
            code=region.code,
            name=region.name,
            state="lit" if region.pk in taking_part else "dimmed",
            text=_("takes part") if region.pk in taking_part else _("does not take part yet"),
            url=reverse("region", args=[region.slug]),
        )
        for region in Region.objects.all()
    ]
    standing = cast(PersonRequest, request).standing
    overview = overview_of(standing, working_group)
    opened = [] if overview else topic_rows(standing, opened_topics(standing, working_group)[:OPENED_TOPICS])
    return render(
        request,
        "workspace/group.html",
        {
            "working_group": working_group,
            "room": "overview",
            "organisations": organisations,
            "tiles": tiles,
            "regions_taking_part": len(taking_part - {None}),
            "overview": overview,
            "opened": opened,
            "plan": next((plan for plan in published_plans() if plan.slug == working_group.slug), None),
            "visits": published_visits(working_group=working_group),
        },
    )


@login_required
@require_POST
def looked(request: PersonRequest, slug: str) -> HttpResponse:
    """The person has seen the overview as it stood at the moment ``upto``."""
    working_group = get_object_or_404(groups_readable_by(request.standing), slug=slug)
    upto = moment_of(request.POST.get("upto", ""))
    if upto is None:
        raise BadRequest
    mark_looked(person=cast(Person, request.user), working_group=working_group, upto=upto)
    return redirect("group", slug)


@require_safe
def region(request: HttpRequest, slug: str) -> HttpResponse:
    """A region: who is there, and in which groups they work."""
    region = get_object_or_404(Region, slug=slug)
    return render(
        request,
        "workspace/region.html",
        {
            "region": region,
            "country": country_name(region.country),
            "organisations": region.organisations.all(),
            "participation": queries.participation_of(region),
            "visits": published_visits(region=region),
            "network": queries.the_network(),
        },
    )


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """What may be indexed: the public pages, not the machinery."""
    lines = ["User-agent: *", "Disallow: /accounts/", "Disallow: /api/", "Disallow: /profile/"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """A form came back too late or from elsewhere; ``reason`` is for the log, the page says what to do."""
    return render(request, "403_csrf.html", status=403)
