"""The pages by which people are invited into a group, and by which they come in."""

import time
from typing import cast

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from groups import policies
from groups.domain.invitations import (
    Letter,
    accept_as_newcomer,
    accept_invitation,
    addresses_in,
    invite_to_group,
    resend_invitation,
    withdraw_invitation,
)
from groups.enums import Role
from groups.forms import InvitationForm, NewcomerForm, done
from groups.letters import send_invitation
from groups.models import Invitation, Person
from groups.standing import PersonRequest
from groups.views.members import group_of, roles_to_give
from groups.views.sending import page, person_of, sent, show_or_submit

# So long somebody waits for their letters to go; a mail server that does not answer takes as long as it likes for each.
SENDING_SECONDS = 20.0


@login_required
@show_or_submit
def invite(request: PersonRequest, slug: str) -> HttpResponse:
    """Writes to several addresses at once."""
    working_group = group_of(request.standing, slug)
    roles = roles_to_give(request.standing, working_group)
    if not roles:
        raise PermissionDenied(_("You may not add members to this group."))
    form = InvitationForm(sent(request), roles=roles, initial={"language": translation.get_language()})
    letters: list[Letter] = []

    def write() -> None:
        letters.extend(
            invite_to_group(
                working_group=working_group,
                addresses=addresses_in(form.cleaned_data["addresses"]),
                role=Role(form.cleaned_data["role"]),
                organisation=form.cleaned_data["organisation"],
                message=form.cleaned_data["message"],
                language=form.cleaned_data["language"],
                by=person_of(request),
            )
        )

    if request.method == "POST" and done(form, write):
        _send(request, letters)
        return redirect("groups:members", slug)
    return page(request, "groups/invite.html", {"working_group": working_group, "room": "members", "form": form})


@login_required
@require_POST
def resend(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Sends the letter anew, with a new link."""
    invitation = _invitation(request, slug, pk)
    try:
        _send(request, [resend_invitation(invitation=invitation, by=person_of(request))])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("groups:members", slug)


@login_required
@require_POST
def withdraw(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Makes the link open nothing any more."""
    invitation = _invitation(request, slug, pk)
    try:
        withdraw_invitation(invitation=invitation, by=person_of(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("groups:members", slug)


@never_cache
@show_or_submit
def invitation(request: PersonRequest, secret: str) -> HttpResponse:
    """Where the link in a letter leads: says who invites into what, and lets the person in."""
    known = Invitation.objects.with_secret(secret).select_related("working_group", "invited_by", "organisation")
    found = known.first()
    if found is not None and found.accepted_by_id and found.accepted_by_id == request.standing.person_id:
        return redirect("group", found.working_group.slug)
    if found is None or not known.valid().exists():
        return render(request, "groups/invitation_gone.html", status=404)
    person = person_of(request) if request.standing.is_signed_in else None
    is_theirs = person is not None and person.email.lower() == found.email
    account = Person.objects.confirmed().filter(email__iexact=found.email).first()
    form = NewcomerForm(sent(request)) if person is None and account is None else None
    try:
        if request.method == "POST" and is_theirs and person is not None:
            accept_invitation(secret=secret, person=person)
            return _welcome(request, found)
        if request.method == "POST" and form is not None and done(form, lambda: _newcomer(form, secret)):
            newcomer = Person.objects.get(email=found.email)
            _welcome(request, found)
            address = reverse("group", args=[found.working_group.slug])
            return cast(HttpResponse, perform_login(request, newcomer, redirect_url=address))
    except Invitation.DoesNotExist:
        return render(request, "groups/invitation_gone.html", status=404)
    context = {"invitation": found, "is_theirs": is_theirs, "account": account, "form": form}
    return page(request, "groups/invitation.html", context)


def _newcomer(form: NewcomerForm, secret: str) -> Person:
    """The account, in the language of the page that they read."""
    return accept_as_newcomer(
        secret=secret,
        name=form.cleaned_data["name"],
        password=form.cleaned_data["password"],
        language=translation.get_language() or settings.LANGUAGE_CODE,
        time_zone=timezone.get_current_timezone_name(),
    )


def _welcome(request: PersonRequest, invitation: Invitation) -> HttpResponse:
    words = {"group": invitation.working_group.name}
    messages.success(request, _("Welcome to the working group %(group)s.") % words)
    return redirect("group", invitation.working_group.slug)


def _invitation(request: PersonRequest, slug: str, pk: int) -> Invitation:
    """An open invitation into a group that the person leads."""
    working_group = group_of(request.standing, slug)
    if not policies.may_manage_members(request.standing, working_group.pk):
        raise PermissionDenied(_("You may not add members to this group."))
    return get_object_or_404(Invitation.objects.filter(accepted_at=None), pk=pk, working_group=working_group)


def _send(request: PersonRequest, letters: list[Letter]) -> None:
    """Sends what was written, and says how many letters went."""
    if not letters:
        messages.info(request, _("This was sent a moment ago. Wait half a minute before you send it again."))
    latest = time.monotonic() + SENDING_SECONDS
    went = sum(time.monotonic() < latest and send_invitation(letter) for letter in letters)
    if went:
        words = ngettext("%(number)d invitation is sent.", "%(number)d invitations are sent.", went)
        messages.success(request, words % {"number": went})
    if failed := len(letters) - went:
        words = ngettext(
            "%(number)d letter could not be sent now. The invitation is kept: send it again later.",
            "%(number)d letters could not be sent now. The invitations are kept: send them again later.",
            failed,
        )
        messages.error(request, words % {"number": failed})
