"""One's own profile and access tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from groups import queries
from groups.domain.people import update_profile
from groups.domain.tokens import make_token, revoke_token
from groups.exporters import personal_data_of
from groups.forms import ProfileForm, TokenForm, done
from groups.models import Person
from groups.standing import PersonRequest
from groups.views.sending import page, person_of, sent, show_or_submit


@login_required
@show_or_submit
def profile(request: PersonRequest) -> HttpResponse:
    """One's own name, language and time zone, groups and access tokens."""
    person = person_of(request)
    form = _profile_form(request, sent(request))
    if request.method == "POST" and done(form, lambda: update_profile(person=person, **form.cleaned_data)):
        messages.success(request, _("Your profile is saved."))
        return redirect("groups:profile")
    return _profile_page(request, form, TokenForm(prefix="token"))


@login_required
@require_POST
@never_cache
def new_token(request: PersonRequest) -> HttpResponse:
    """Makes an access token and shows its secret, this once: it is stored nowhere, so no page can show it again."""
    person = person_of(request)
    form = TokenForm(request.POST, prefix="token")
    made: list[str] = []

    def make() -> None:
        made.append(make_token(person=person, name=form.cleaned_data["name"])[1])

    if done(form, make):
        return render(request, "groups/new_token.html", {"secret": made[0], "name": form.cleaned_data["name"]})
    return _profile_page(request, _profile_form(request, None), form)


@login_required
@show_or_submit
def end_token(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks once whether a token of one's own is to be revoked; then revokes it."""
    person = person_of(request)
    token = get_object_or_404(queries.tokens_of(person), pk=pk)
    if request.method == "POST":
        revoke_token(token=token, by=person)
        messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
        return redirect("groups:profile")
    return render(request, "groups/end_token.html", {"token": token})


@login_required
@require_safe
def data(request: PersonRequest) -> HttpResponse:
    """What the workspace keeps of oneself, as a file to keep."""
    response = HttpResponse(personal_data_of(person_of(request)), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate()}.json"'
    return response


def _profile_page(request: PersonRequest, form: ProfileForm, token_form: TokenForm) -> HttpResponse:
    person = person_of(request)
    context = {
        "form": form,
        "token_form": token_form,
        "person": Person.objects.select_related("organisation").get(pk=person.pk),
        "memberships": queries.memberships_of(person),
        "tokens": queries.tokens_of(person),
    }
    return page(request, "groups/profile.html", context)


def _profile_form(request: PersonRequest, data: object) -> ProfileForm:
    """Starts from the language and the zone that are in force, should the stored ones be unknown."""
    zone = timezone.get_current_timezone_name()
    stored = {"name": person_of(request).name, "language": translation.get_language(), "time_zone": zone}
    return ProfileForm(data, initial=stored)
