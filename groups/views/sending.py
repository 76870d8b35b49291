"""What the views about people have in common: who sent the form, and the page that a refused one comes back on."""

from typing import cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from groups.models import Person
from groups.standing import PersonRequest

show_or_submit = require_http_methods(["GET", "HEAD", "POST"])


def person_of(request: PersonRequest) -> Person:
    """The signed-in person."""
    return cast(Person, request.user)


def sent(request: PersonRequest) -> QueryDict | None:
    """What was sent; None where the page is only asked for."""
    return request.POST if request.method == "POST" else None


def page(request: PersonRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """The page; as the answer to something sent it says that this could not be done (422)."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)
