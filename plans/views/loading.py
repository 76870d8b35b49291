"""Access is loading: a page of a plan gets the plan that its reader may read, or there is no such page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse

from groups.models import Person
from groups.standing import PersonRequest
from plans.domain.plans import opened_plan
from plans.models import StrategicPlan, Version

Rest = ParamSpec("Rest")
PlanView = Callable[Concatenate[PersonRequest, StrategicPlan, Rest], HttpResponse]


def plan_page(view: PlanView[Rest]) -> Callable[..., HttpResponse]:
    """Gives the view the plan of the group whose slug is in the address, for people who read its drafts.

    The first of them starts it. Others get 404, as for anything that the view itself does not find; who has not
    signed in is sent to sign in.
    """

    @login_required
    @wraps(view)
    def page(request: PersonRequest, slug: str, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            plan = opened_plan(standing=request.standing, person=asker(request), slug=slug)
            return view(request, plan, *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error

    return page


def asker(request: PersonRequest) -> Person:
    """The person who is signed in, as a person."""
    assert isinstance(request.user, Person)
    return request.user


def frame(plan: StrategicPlan, **context: Any) -> dict[str, Any]:
    """What the page's frame and every plan page need (``published``: whether the public reads a version), and
    what this page adds."""
    published = Version.objects.published().filter(plan=plan).exists()
    return {"working_group": plan.working_group, "room": "plan", "plan": plan, "published": published, **context}
