"""What is not there, or not for whom asks, is not found; what was sent and will not do comes back."""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from groups.standing import PersonRequest, Standing

Row = TypeVar("Row")
Key = TypeVar("Key", int, str)


def status_of(request: HttpRequest) -> int:
    """The status of a form that is shown: 422 where it comes back with what was wrong with what was sent."""
    return 422 if request.method == "POST" else 200


def found(load: Callable[[Standing, Key], Row], request: PersonRequest, key: Key) -> Row:
    """What ``load`` gives for the person who asks; Http404 where that is nothing."""
    try:
        return load(request.standing, key)
    except ObjectDoesNotExist:
        raise Http404(_("There is nothing here, or it is not for you.")) from None
