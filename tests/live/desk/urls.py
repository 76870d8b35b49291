"""The project's addresses, one at which the tests publish inside a web process: POST /desk/<key>, JSON events, and
one at which they notify somebody there: POST /bell/<e-mail address>, JSON texts.

Data ``{"remove": <e-mail address>}`` ends that person's memberships in the transaction that publishes it.
"""

import json

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from groups.models import Membership, Person
from live.domain import Event, publish
from live.queries import head_of
from notices.domain import News, notify
from sockets.watch import rights_changed
from workspace.urls import urlpatterns as project


@csrf_exempt
def desk(request: HttpRequest, key: str) -> JsonResponse:
    """Publishes the data given, each in a transaction of its own, or all in one with ?together."""
    events = [Event(f"desk:{key}", "note.added", data) for data in json.loads(request.body)]
    if "together" in request.GET:
        with transaction.atomic():
            publish(*events)
    else:
        for event in events:
            with transaction.atomic():
                if "remove" in event.data:
                    gone = Membership.objects.filter(person__email=event.data["remove"])
                    gone.update(ended_at=timezone.now())
                    rights_changed()
                publish(event)
    return JsonResponse({"head": head_of(f"desk:{key}")})


@csrf_exempt
def bell(request: HttpRequest, email: str) -> JsonResponse:
    """Notifies this person, for the coordinator, of each text given."""
    recipient, actor = Person.objects.get(email=email), Person.objects.get(email="coordinator@demo.example")
    with transaction.atomic():
        notify(
            *[
                News(
                    kind="desk",
                    recipients=[recipient.pk],
                    subject=f"open:{what}",
                    url="/",
                    actor_id=actor.pk,
                    facts={"what": what},
                )
                for what in json.loads(request.body)
            ]
        )
    return JsonResponse({})


urlpatterns = [path("desk/<str:key>", desk), path("bell/<str:email>", bell), *project]
