"""What other rooms' pages show of the regions' agreement: ``{% load agreement %}``."""

from typing import Any, cast

from django import template
from django.template.context import Context

from groups.standing import PUBLIC, Standing
from plans.queries.consultations import plans_waiting_for

register = template.Library()


@register.inclusion_tag("plans/waiting_for_my_word.html", takes_context=True)
def waiting_for_my_word(context: Context) -> dict[str, Any]:
    """``{% waiting_for_my_word %}``: the plans that wait for the word of a region which the reader speaks for, as a
    section of the page; nothing for everybody else. Two queries for who holds a mandate, at most four."""
    return {"waiting": plans_waiting_for(cast(Standing, context.get("standing", PUBLIC)))}
