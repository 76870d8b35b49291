"""Which language a page speaks: the person's own; else the one chosen on this device; else what the browser asks for.

Django's LocaleMiddleware reads the device's choice and the browser's wish, groups.middleware the person's own.
"""

from functools import cache
from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import JavaScriptCatalog

from groups.domain.people import update_profile
from workspace.addresses import own_address


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen ``language`` on this device, and with the person who is signed in; goes back to ``next``."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if request.user.is_authenticated:
        person = request.user
        try:
            update_profile(person=person, name=person.name, language=language, time_zone=person.time_zone)
        except ValidationError:
            messages.error(request, _("Your profile needs a look first: choose the language there."))
            return redirect("groups:profile")
    response = redirect(own_address(request, request.POST.get("next", "")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@cache
def _catalogue(language: str) -> tuple[str, bytes]:
    """The catalogue of the scripts' strings in this language, after its digest; made once per process."""
    with translation.override(language):
        body = JavaScriptCatalog().get(HttpRequest()).content
    return sha256(body).hexdigest()[:12], body


def catalogue_address(language: str) -> str:
    """Where the scripts' strings in this language are, under a name that changes with them."""
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return reverse("javascript-catalog", args=[known, _catalogue(known)[0]])


@require_safe
def javascript_catalogue(_request: HttpRequest, language: str, digest: str) -> HttpResponse:
    """The scripts' strings in one language, to be kept by browsers for as long as they like."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    current, body = _catalogue(language)
    is_asked_for = current == digest
    return HttpResponse(
        body,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "public, max-age=31536000, immutable" if is_asked_for else "no-cache"},
    )
