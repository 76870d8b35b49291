"""The bell, for the frame of every page."""

from dataclasses import dataclass
from typing import cast

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.template.context import Context

from live.queries import head_of
from notices.events import stream_of
from notices.queries import COUNTED, unread_count

register = template.Library()


@dataclass(frozen=True, slots=True)
class Bell:
    """What ``notices/bell.html`` shows: the unread notices there are, and where the stream stood before."""

    stream: str
    head: int
    unread: int
    counted: int = COUNTED


@register.simple_tag(takes_context=True)
def notices_bell(context: Context) -> Bell | None:
    """``{% notices_bell as notices %}``, then ``{% remembered "notices/bell.html" bell=notices %}``; None for nobody. A
    view that asks for streams' heads may ask for this one's too, and say it as ``notices_head``."""
    user = cast(AbstractBaseUser | None, context.get("user"))
    if user is None or not user.is_authenticated:
        return None
    person_id = int(user.pk)
    stream = stream_of(person_id)
    head = cast(int | None, context.get("notices_head"))
    return Bell(stream, head_of(stream) if head is None else head, unread_count(person_id))
