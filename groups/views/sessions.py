"""Where one is signed in, and signing out there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from groups.domain.sessions import end_other_sessions, end_session, sessions_of
from groups.standing import PersonRequest
from groups.views.sending import person_of, show_or_submit


@login_required
@show_or_submit
def sessions(request: PersonRequest) -> HttpResponse:
    """Lists one's sessions; sent, it ends all but this one."""
    person, key = person_of(request), request.session.session_key
    if request.method == "POST":
        number = end_other_sessions(person=person, session_key=key)
        words = ngettext("%(number)d other device is signed out.", "%(number)d other devices are signed out.", number)
        messages.success(request, words % {"number": number})
        return redirect("usersessions_list")
    found = sessions_of(person, key)
    context = {"sessions": found, "others": [each for each in found if not each.is_here]}
    return render(request, "usersessions/usersession_list.html", context)


@login_required
@require_POST
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """Signs one of one's own devices out."""
    if not end_session(person=person_of(request), pk=pk):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")
