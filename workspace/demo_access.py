"""Signing in to the demo by one click. workspace/urls.py mounts this in the demo alone."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from workspace.addresses import own_address
from workspace.queries import demo_people


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in as the demo person whose address is in ``person``; nobody else can be had this way (404)."""
    if not settings.DEMO:
        raise Http404
    asked = request.POST.get("person", "")
    person = next((person for person in demo_people() if person.email == asked), None)
    if person is None:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)
    return redirect(own_address(request, request.POST.get("next", "")))
