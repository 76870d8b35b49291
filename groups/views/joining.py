"""The pages by which somebody asks to come into a group, and by which those who lead it answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groups import policies
from groups.domain.requests import approve_request, ask_to_join, decline_request, withdraw_request
from groups.enums import Answer, Role
from groups.forms import ApprovalForm, JoinForm, RefusalForm, done
from groups.letters import send_answer
from groups.models import JoinRequest, WorkingGroup
from groups.standing import PersonRequest
from groups.views.members import group_of, roles_to_give
from groups.views.sending import page, person_of, sent, show_or_submit


@login_required
@show_or_submit
def join(request: PersonRequest, slug: str) -> HttpResponse:
    """Asks to come into a group, or says how one's request stands."""
    working_group = get_object_or_404(WorkingGroup, slug=slug)
    if not policies.may_ask_to_join(request.standing, working_group.pk):
        return redirect("group", slug)
    person = person_of(request)
    form = JoinForm(sent(request))

    def ask() -> JoinRequest:
        return ask_to_join(working_group=working_group, person=person, reason=form.cleaned_data["reason"])

    if request.method == "POST" and done(form, ask):
        messages.success(request, _("Your request is with those who lead the group."))
        return redirect("groups:join", slug)
    asked = JoinRequest.objects.filter(person=person, working_group=working_group).order_by("-asked_at", "-pk").first()
    context = {"working_group": working_group, "form": form, "asked": asked, "waits": asked and not asked.answer}
    return page(request, "groups/join.html", context)


@login_required
@require_POST
def take_back(request: PersonRequest, slug: str) -> HttpResponse:
    """Withdraws one's own request."""
    open_ones = JoinRequest.objects.open().filter(working_group__slug=slug)
    asked = get_object_or_404(open_ones, person_id=request.standing.person_id)
    withdraw_request(request=asked, by=person_of(request))
    messages.success(request, _("Your request is withdrawn."))
    return redirect("groups:join", slug)


@login_required
@show_or_submit
def answer(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Shows who asks and why; lets them in, or declines with a reason."""
    working_group = group_of(request.standing, slug)
    if not policies.may_manage_members(request.standing, working_group.pk):
        raise PermissionDenied(_("You may not answer requests to this group."))
    requests = JoinRequest.objects.filter(working_group=working_group).exclude(answer=Answer.WITHDRAWN)
    asked = get_object_or_404(requests.select_related("person__organisation__region", "answered_by"), pk=pk)
    declines = "words" in request.POST
    approval = ApprovalForm(None if declines else sent(request), roles=roles_to_give(request.standing, working_group))
    refusal = RefusalForm(sent(request) if declines else None)

    def approve() -> None:
        role, organisation = Role(approval.cleaned_data["role"]), approval.cleaned_data["organisation"]
        approve_request(request=asked, role=role, organisation=organisation, by=person_of(request))

    def decline() -> None:
        decline_request(request=asked, words=refusal.cleaned_data["words"], by=person_of(request))

    if request.method == "POST" and (done(refusal, decline) if declines else done(approval, approve)):
        words = {"name": asked.person.name}
        said = _("%(name)s is told that you declined.") if declines else _("%(name)s is now a member.")
        messages.success(request, said % words)
        if not send_answer(asked):
            messages.error(request, _("No e-mail could be sent to %(name)s now. They see the answer here.") % words)
        return redirect("groups:members", slug)
    context = {
        "working_group": working_group,
        "room": "members",
        "asked": asked,
        "approval": approval,
        "refusal": refusal,
        "form": refusal if declines else approval,
    }
    return page(request, "groups/request.html", context)
