"""The directory of organisations, with what they offer and need."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups import directory, policies
from groups.domain.organisations import (
    describe_organisation,
    edit_offer,
    found_organisation,
    update_organisation,
    withdraw_offer,
    write_offer,
)
from groups.enums import OfferKind
from groups.forms import done
from groups.models import Offer, Organisation
from groups.organisation_forms import AboutForm, OfferForm, OrganisationForm, OrganisationSearch
from groups.standing import PersonRequest
from groups.views.people import of_secretariat
from groups.views.sending import page, person_of, sent, show_or_submit


@login_required
@require_safe
def organisations(request: PersonRequest) -> HttpResponse:
    """All organisations by region; searched by words, region, and whether they offer or need something."""
    form = OrganisationSearch(request.GET, regions=directory.regions())
    asked = form.cleaned_data if form.is_valid() else {}
    found = directory.organisations_found(**asked)
    context = {
        "form": form,
        "is_filtered": any(asked.values()),
        "found": Paginator(found, directory.PER_PAGE).get_page(request.GET.get("page")),
        "may_administer": policies.may_administer_network(request.standing),
        "own": person_of(request).organisation,
    }
    return render(request, "groups/organisations.html", context)


@login_required
@require_safe
def organisation(request: PersonRequest, slug: str) -> HttpResponse:
    """What an organisation is, offers and needs, and its people."""
    shown = get_object_or_404(Organisation.objects.select_related("region"), slug=slug)
    offers = list(shown.offers.standing().prefetch_related("sectors"))
    context = {
        "organisation": shown,
        "offers": [offer for offer in offers if offer.kind == OfferKind.OFFER],
        "needs": [offer for offer in offers if offer.kind == OfferKind.NEED],
        "people": directory.people_of(request.standing, shown),
        "may_write": _may_write(request, shown),
        "may_administer": policies.may_administer_network(request.standing),
    }
    return render(request, "groups/organisation.html", context)


@of_secretariat
@show_or_submit
def new_organisation(request: PersonRequest) -> HttpResponse:
    """Takes an organisation into the network."""
    form = OrganisationForm(sent(request))
    made: list[Organisation] = []
    by = person_of(request)
    if request.method == "POST" and done(form, lambda: made.append(found_organisation(**form.cleaned_data, by=by))):
        messages.success(request, _("%(name)s is in the directory.") % {"name": made[0].name})
        return redirect("groups:organisation", made[0].slug)
    return page(request, "groups/edit_organisation.html", {"form": form, "heading": _("New organisation")})


@of_secretariat
@show_or_submit
def edit_organisation(request: PersonRequest, slug: str) -> HttpResponse:
    """Changes the name, the region, and whether it is a regional agency."""
    shown = get_object_or_404(Organisation, slug=slug)
    stored = {"name": shown.name, "region": shown.region, "is_agency": shown.is_agency}
    form = OrganisationForm(sent(request), initial=stored)
    by = person_of(request)
    if request.method == "POST" and done(
        form, lambda: update_organisation(organisation=shown, **form.cleaned_data, by=by)
    ):
        messages.success(request, _("Saved."))
        return redirect("groups:organisation", slug)
    heading = Organisation.objects.values_list("name", flat=True).get(pk=shown.pk)
    return page(request, "groups/edit_organisation.html", {"form": form, "heading": heading, "organisation": shown})


@login_required
@show_or_submit
def describe(request: PersonRequest, slug: str) -> HttpResponse:
    """What the organisation says about itself."""
    shown = _own(request, slug)
    form = AboutForm(sent(request), initial={"about": shown.about, "website": shown.website})
    by = person_of(request)
    if request.method == "POST" and done(
        form, lambda: describe_organisation(organisation=shown, **form.cleaned_data, by=by)
    ):
        messages.success(request, _("Saved."))
        return redirect("groups:organisation", slug)
    return page(request, "groups/edit_organisation.html", {"form": form, "heading": shown.name, "organisation": shown})


@login_required
@show_or_submit
def new_offer(request: PersonRequest, slug: str) -> HttpResponse:
    """Writes down something that the organisation offers or needs."""
    shown = _own(request, slug)
    form = OfferForm(sent(request), initial={"kind": request.GET.get("kind", OfferKind.OFFER)})
    by = person_of(request)
    if request.method == "POST" and done(form, lambda: write_offer(organisation=shown, **form.terms(), by=by)):
        messages.success(request, _("Whoever is signed in can read it now."))
        return redirect("groups:organisation", slug)
    heading = _("New offer or need")
    return page(request, "groups/edit_organisation.html", {"form": form, "heading": heading, "organisation": shown})


@login_required
@show_or_submit
def offer(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Edits an offer or need."""
    shown = _own(request, slug)
    held = get_object_or_404(Offer.objects.standing().select_related("organisation"), pk=pk, organisation=shown)
    stored = {"kind": held.kind, "title": held.title, "description": held.description, "sectors": held.sectors.all()}
    form = OfferForm(sent(request), initial=stored)
    by = person_of(request)
    if request.method == "POST" and done(form, lambda: edit_offer(offer=held, **form.terms(), by=by)):
        messages.success(request, _("Saved."))
        return redirect("groups:organisation", slug)
    context = {"form": form, "heading": stored["title"], "organisation": shown, "offer": held}
    return page(request, "groups/edit_organisation.html", context)


@login_required
@require_POST
def end_offer(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Takes an offer or need back."""
    held = get_object_or_404(Offer.objects.standing(), pk=pk, organisation=_own(request, slug))
    withdraw_offer(offer=held, by=person_of(request))
    messages.success(request, _("“%(title)s” is taken back.") % {"title": held.title})
    return redirect("groups:organisation", slug)


def _own(request: PersonRequest, slug: str) -> Organisation:
    """The organisation, for those who speak for it."""
    shown = get_object_or_404(Organisation, slug=slug)
    if not _may_write(request, shown):
        raise PermissionDenied(_("Only people of this organisation and the secretariat may do this."))
    return shown


def _may_write(request: PersonRequest, shown: Organisation) -> bool:
    return policies.may_speak_for_organisation(request.standing, shown.pk, person_of(request).organisation_id)
