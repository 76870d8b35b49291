"""The pages of a person's notices. They work without a script; with one, the list and the bell are live."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices.domain import BrokenLink, choose_mail, person_of_token, read_all, read_notice, unsubscribe
from notices.enums import Mail
from notices.forms import MailForm
from notices.models import Notice
from notices.queries import mail_choice_of, notice_for, notices_page

GET_OR_POST = ["GET", "HEAD", "POST"]
LONGEST_ID = 2**63


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What this person should hear of: what is unread, or all of it."""
    unread_only = request.GET.get("show") != "all"
    before = _id(request.GET.get("before"))
    page = notices_page(_person(request), unread_only=unread_only, before=before)
    has_unread = any(view.notice.read_at is None for view in page.notices)
    context = {"page": page, "unread_only": unread_only, "is_first": before is None, "has_unread": has_unread}
    return render(request, "notices/notices.html", context)


@login_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to where it happened; the notice is read then."""
    try:
        found = (
            notice_for if request.method == "HEAD" else lambda person_id, pk: read_notice(person_id=person_id, pk=pk)
        )
        return redirect(found(_person(request), pk).url)
    except Notice.DoesNotExist:
        raise Http404 from None


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Marks as read the one notice that is named, or all up to the newest that the page showed."""
    one, newest = _id(request.POST.get("notice")), _id(request.POST.get("up_to"))
    try:
        if one is not None:
            read_notice(person_id=_person(request), pk=one)
        elif newest is not None:
            read_all(person_id=_person(request), up_to=newest)
    except Notice.DoesNotExist:
        raise Http404 from None
    return redirect(reverse("notices:notices") + ("?show=all" if request.POST.get("show") == "all" else ""))


@login_required
@require_http_methods(GET_OR_POST)
def mail(request: HttpRequest) -> HttpResponse:
    """When the person is told by e-mail of what they have not read, and of which sorts of it."""
    person_id = _person(request)
    form = MailForm(request.POST) if request.method == "POST" else MailForm.of(mail_choice_of(person_id))
    if form.is_valid():
        choose_mail(person_id=person_id, mail=Mail(form.cleaned_data["mail"]), unwanted=form.unwanted)
        messages.success(request, _("Saved."))
        return redirect("notices:mail")
    return render(request, "notices/mail.html", {"form": form}, status=422 if form.errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(GET_OR_POST)
def unsubscribe_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ends the mail, for whoever has the link that came with it; a mere visit asks. A mail program that offers this
    beside the mail posts by itself (RFC 8058), from no page of ours: there the token alone has to do."""
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        return _unsubscribe_page(request, token)
    return csrf_protect(_unsubscribe_page)(request, token)


def _unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method == "POST":
            unsubscribe(token=token)
        else:
            person_of_token(token)
    except BrokenLink:
        return render(request, "notices/broken_link.html", status=404)
    return render(request, "notices/unsubscribe.html", {"is_done": request.method == "POST"})


def _person(request: HttpRequest) -> int:
    return cast(int, request.user.pk)


def _id(text: str | None) -> int | None:
    """An id as a page sends it; None where it is none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    return min(int(text), LONGEST_ID - 1)
