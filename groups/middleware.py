"""Gives each request the person's standing, language and time zone."""

import zoneinfo
from collections.abc import Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from groups.models import Person
from groups.standing import PersonRequest, Standing, standing_of


def speak_to(request: HttpRequest, person: Person) -> None:
    """Activates the person's language and time zone; one that is not known (any more) gives way to the default."""
    try:
        language = translation.get_supported_language_variant(person.language)
    except LookupError:
        language = settings.LANGUAGE_CODE
    translation.activate(language)
    request.LANGUAGE_CODE = language
    try:
        timezone.activate(zoneinfo.ZoneInfo(person.time_zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        timezone.deactivate()


class PersonMiddleware:
    """Sets ``request.standing`` (read once, when first asked for) and activates the person's language and zone. What
    somebody signed in is answered is kept by no cache, unless the view says how it may be.

    It is synchronous on purpose: what it needs lies in the database, and a synchronous link here lets Django run the
    whole chain of middleware in one hop to a thread instead of two hops per link.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast(PersonRequest, request)
        asked.standing = cast(Standing, SimpleLazyObject(lambda: standing_of(request.user)))
        if request.user.is_authenticated:
            speak_to(request, request.user)
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: PersonRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:  # noqa: ARG002 - Django's signature
        """An asynchronous view may not touch the database by merely looking at the standing: it is read before."""
        if iscoroutinefunction(view):
            request.standing = standing_of(request.user)
