"""What the workspace keeps of a person, as one JSON document for them to take along."""

import json

from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from groups.kinds import Rows, personal_data
from groups.models import AccessToken, JoinRequest, Mandate, Membership, Offer, OfficeHolding, Person


def personal_data_of(person: Person) -> str:
    """The person's own account and what each room registered (``groups.kinds``): times in ISO 8601, UTC."""
    told: dict[str, object] = {
        "exported_at": timezone.now(),
        "person": {
            "email": person.email,
            "name": person.name,
            "organisation": person.organisation.name if person.organisation else None,
            "language": person.language,
            "time_zone": person.time_zone,
            "joined_at": person.joined_at,
        },
    }
    told |= {name: list(rows_of(person.pk)) for name, rows_of in personal_data().items()}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def memberships_rows(person_id: int) -> Rows:
    for row in Membership.objects.filter(person_id=person_id).select_related("working_group"):
        yield {"group": row.working_group.slug, "role": row.role, "from": row.started_at, "to": row.ended_at}


def offices_rows(person_id: int) -> Rows:
    for row in OfficeHolding.objects.filter(person_id=person_id):
        yield {"office": row.office, "from": row.started_at, "to": row.ended_at}


def mandates_rows(person_id: int) -> Rows:
    for row in Mandate.objects.filter(person_id=person_id).select_related("region"):
        yield {"region": row.region.code, "from": row.started_at, "to": row.ended_at}


def requests_rows(person_id: int) -> Rows:
    for row in JoinRequest.objects.filter(person_id=person_id).select_related("working_group"):
        yield {
            "group": row.working_group.slug,
            "asked_at": row.asked_at,
            "reason": row.reason,
            "answer": row.answer or None,
            "answered_at": row.answered_at,
            "words": row.words,
        }


def offers_rows(person_id: int) -> Rows:
    for row in Offer.objects.filter(written_by_id=person_id).select_related("organisation"):
        yield {
            "organisation": row.organisation.slug,
            "kind": row.kind,
            "title": row.title,
            "description": row.description,
            "written_at": row.written_at,
            "withdrawn_at": row.withdrawn_at,
        }


def tokens_rows(person_id: int) -> Rows:
    for row in AccessToken.objects.filter(person_id=person_id):
        yield {
            "name": row.name,
            "created_at": row.created_at,
            "last_used_at": row.last_used_at,
            "revoked_at": row.revoked_at,
        }


def sessions_rows(person_id: int) -> Rows:
    for row in UserSession.objects.filter(user_id=person_id):
        yield {"began_at": row.created_at, "ip": row.ip, "user_agent": row.user_agent}
