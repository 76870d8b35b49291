"""The directory of people, and what the secretariat does there: lets in, appoints, gives mandates, closes accounts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups import directory, policies
from groups.domain.offices import end_mandate, end_office, give_mandate, give_office
from groups.domain.people import create_person, deactivate_person, reactivate_person, update_person
from groups.enums import NetworkOffice
from groups.forms import MandateForm, NewPersonForm, OfficeForm, PeopleSearch, PersonForm, done
from groups.models import Mandate, OfficeHolding, Person
from groups.signing_in import invite
from groups.standing import PersonRequest
from groups.trace import trace_of_person
from groups.views.sending import page, person_of, sent, show_or_submit


def of_secretariat(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that the secretariat alone may use; everybody else who is signed in is refused."""

    @login_required
    @wraps(view)
    def guarded(request: PersonRequest, **captured: Any) -> HttpResponse:
        if not policies.may_administer_network(request.standing):
            raise PermissionDenied(_("Only the secretariat may do this."))
        return view(request, **captured)

    return guarded


@login_required
@require_safe
def people(request: PersonRequest) -> HttpResponse:
    """Who is in the network, by name; searched by words and region."""
    may_administer = policies.may_administer_network(request.standing)
    form = PeopleSearch(request.GET, regions=directory.regions(), may_see_closed=may_administer)
    asked = form.cleaned_data if form.is_valid() else {}
    found = directory.people_found(request.standing, **asked)
    context = {
        "form": form,
        "is_filtered": any(asked.values()),
        "found": Paginator(found, directory.PER_PAGE).get_page(request.GET.get("page")),
        "may_administer": may_administer,
    }
    return render(request, "groups/people.html", context)


@login_required
@require_safe
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """One person: where from, in which groups, for which region; for the secretariat also what may be done."""
    return _person_page(request, _shown(request, pk))


@of_secretariat
@show_or_submit
def new_person(request: PersonRequest) -> HttpResponse:
    """Lets somebody in, who chooses a password by way of an e-mail."""
    form = NewPersonForm(sent(request))
    made: list[Person] = []

    def make() -> None:
        zone = person_of(request).time_zone
        made.append(create_person(**form.cleaned_data, time_zone=zone, by=person_of(request)))

    if request.method == "POST" and done(form, make):
        words = {"name": made[0].name, "email": made[0].email}
        try:
            invite(made[0])
        except OSError:
            said = _("%(name)s is let in, but no e-mail could be sent now. “Forgot your password?” lets them set one.")
            messages.error(request, said % words)
        else:
            said = _("%(name)s is let in and chooses a password by way of an e-mail to %(email)s.")
            messages.success(request, said % words)
        return redirect("groups:person", made[0].pk)
    return page(request, "groups/new_person.html", {"form": form})


@of_secretariat
@show_or_submit
def edit_person(request: PersonRequest, pk: int) -> HttpResponse:
    """Changes the name and the organisation."""
    shown = _shown(request, pk)
    form = PersonForm(sent(request), initial={"name": shown.name, "organisation": shown.organisation_id})
    by = person_of(request)
    if request.method == "POST" and done(form, lambda: update_person(person=shown, **form.cleaned_data, by=by)):
        messages.success(request, _("Saved."))
        return redirect("groups:person", pk)
    return page(request, "groups/edit_person.html", {"form": form, "person": shown})


@of_secretariat
@require_POST
def new_mandate(request: PersonRequest, pk: int) -> HttpResponse:
    """Lets the person speak for a region, in place of whoever did."""
    shown, form = _shown(request, pk), MandateForm(request.POST)
    by = person_of(request)
    if done(form, lambda: give_mandate(person=shown, region=form.cleaned_data["region"], by=by)):
        words = {"name": shown.name, "region": form.cleaned_data["region"].name}
        messages.success(request, _("%(name)s speaks for %(region)s now.") % words)
        return redirect("groups:person", pk)
    return _person_page(request, shown, mandate_form=form)


@of_secretariat
@require_POST
def close_mandate(request: PersonRequest, pk: int, mandate: int) -> HttpResponse:
    """Ends a mandate."""
    held = get_object_or_404(Mandate.objects.current(), pk=mandate, person=_shown(request, pk))
    end_mandate(mandate=held, by=person_of(request))
    messages.success(request, _("The mandate has ended."))
    return redirect("groups:person", pk)


@of_secretariat
@require_POST
def new_office(request: PersonRequest, pk: int) -> HttpResponse:
    """Appoints the person to an office of the network."""
    shown, form = _shown(request, pk), OfficeForm(request.POST)
    by = person_of(request)

    def appoint() -> None:
        give_office(person=shown, office=NetworkOffice(form.cleaned_data["office"]), by=by)

    if done(form, appoint):
        words = {"name": shown.name, "office": NetworkOffice(form.cleaned_data["office"]).label}
        messages.success(request, _("%(name)s is appointed: %(office)s.") % words)
        return redirect("groups:person", pk)
    return _person_page(request, shown, office_form=form)


@of_secretariat
@require_POST
def close_office(request: PersonRequest, pk: int, holding: int) -> HttpResponse:
    """Ends the holding of an office."""
    held = get_object_or_404(OfficeHolding.objects.current(), pk=holding, person=_shown(request, pk))
    try:
        end_office(holding=held, by=person_of(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The office has ended."))
    return redirect("groups:person", pk)


@of_secretariat
@show_or_submit
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks once whether an account is to be closed; then closes it."""
    shown = _shown(request, pk)
    if request.method == "POST":
        deactivate_person(person=shown, by=person_of(request))
        messages.success(request, _("The account of %(name)s is closed.") % {"name": shown.name})
        return redirect("groups:person", pk)
    return render(request, "groups/close_account.html", {"person": shown})


@of_secretariat
@require_POST
def reopen(request: PersonRequest, pk: int) -> HttpResponse:
    """Opens a closed account again and writes to its owner."""
    shown = _shown(request, pk)
    reactivate_person(person=shown, by=person_of(request))
    words = {"name": shown.name}
    try:
        invite(shown)
    except OSError:
        messages.error(request, _("The account of %(name)s is open, but no e-mail could be sent now.") % words)
    else:
        messages.success(request, _("The account of %(name)s is open; an e-mail tells them how to come in.") % words)
    return redirect("groups:person", pk)


def _shown(request: PersonRequest, pk: int) -> Person:
    try:
        return directory.person_shown(request.standing, pk)
    except Person.DoesNotExist:
        raise Http404 from None


def _person_page(
    request: PersonRequest,
    shown: Person,
    *,
    mandate_form: MandateForm | None = None,
    office_form: OfficeForm | None = None,
) -> HttpResponse:
    may_administer = policies.may_administer_network(request.standing)
    is_self = shown.pk == request.standing.person_id
    context = {
        "person": shown,
        "is_self": is_self,
        "may_administer": may_administer,
        "mandate_form": mandate_form or MandateForm(),
        "office_form": office_form or OfficeForm(),
        "trace": trace_of_person(shown) if may_administer or is_self else [],
    }
    return page(request, "groups/person.html", context)
