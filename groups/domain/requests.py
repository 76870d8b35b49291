"""People ask to come into a group, and those who lead it answer."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.memberships import lock_members, open_membership
from groups.domain.wording import some_text
from groups.enums import LEADING_ROLES, Answer, Entrance, Role
from groups.models import JoinRequest, Membership, Organisation, Person, WorkingGroup
from groups.notice_kinds import ADMITTED, JOIN_REQUEST, declined_news, membership_news, subject_of
from groups.policies import may_ask_to_join, may_give_role, may_manage_members
from groups.standing import standing_of
from notices.domain import News, notify

REASON_LIMIT = 1_000
ASKED_A_DAY = 3


@transaction.atomic
def ask_to_join(*, working_group: WorkingGroup, person: Person, reason: str) -> JoinRequest:
    """Asks to come into the group; those who lead it hear of it. Returns the open request that the person has.

    Raises PermissionDenied where the person is in the group or their account closed, ValidationError (``reason``).
    """
    lock_members(working_group.pk)
    if not may_ask_to_join(standing_of(person), working_group.pk):
        raise PermissionDenied(_("You are in this group already."))
    reason = some_text(reason, field="reason", max_length=REASON_LIMIT, required=True)
    held = JoinRequest.objects.open().filter(working_group=working_group, person=person).first()
    if held is not None:
        return held
    today = timezone.now() - timedelta(days=1)
    if (
        JoinRequest.objects.filter(working_group=working_group, person=person, asked_at__gt=today).count()
        >= ASKED_A_DAY
    ):
        raise ValidationError({"reason": _("You have asked several times today. Ask again tomorrow.")})
    request = JoinRequest.objects.create(working_group=working_group, person=person, reason=reason)
    leaders = Membership.objects.current().filter(working_group=working_group, role__in=LEADING_ROLES)
    news = News(
        kind=JOIN_REQUEST,
        recipients=list(leaders.values_list("person_id", flat=True)),
        subject=subject_of(request),
        url=reverse("groups:request", args=[working_group.slug, request.pk]),
        actor_id=person.pk,
        facts={"group": working_group.name},
    )
    notify(news)
    return request


@transaction.atomic
def withdraw_request(*, request: JoinRequest, by: Person) -> None:
    """Takes one's own request back; again, it changes nothing."""
    if request.person_id != by.pk:
        raise PermissionDenied(_("This request is somebody else's."))
    open_ones = JoinRequest.objects.filter(pk=request.pk, answer=Answer.NONE)
    open_ones.update(answer=Answer.WITHDRAWN, answered_at=timezone.now(), answered_by=by)


@transaction.atomic
def approve_request(*, request: JoinRequest, role: Role, organisation: Organisation | None, by: Person) -> Membership:
    """Lets the person in, as ``role``; ``organisation`` becomes theirs where they have none. They hear of it.

    Raises PermissionDenied where ``by`` may not give that role, ValidationError (``role``) where somebody has answered.
    """
    held = _open(request)
    if not may_give_role(standing_of(by), held.working_group_id, role):
        raise PermissionDenied(_("You may not give this role in this group."))
    known = Membership.objects.current().filter(working_group=held.working_group, person=held.person).first()
    membership = known or open_membership(
        working_group=held.working_group, person=held.person, role=role, by=by, entrance=Entrance.ASKED
    )
    if organisation is not None and held.person.organisation_id is None:
        Person.objects.filter(pk=held.person_id).update(organisation=organisation)
    _answer(held, Answer.APPROVED, by, "")
    if known is None:
        notify(membership_news(ADMITTED, membership, by, by_letter=True))
    return membership


@transaction.atomic
def decline_request(*, request: JoinRequest, words: str, by: Person) -> JoinRequest:
    """Says no, in these words, which the person reads; they hear that there is an answer.

    Raises PermissionDenied unless ``by`` leads the group, ValidationError (``words``; ``role`` where it was
    answered).
    """
    held = _open(request)
    if not may_manage_members(standing_of(by), held.working_group_id):
        raise PermissionDenied(_("You may not answer requests to this group."))
    words = some_text(words, field="words", max_length=REASON_LIMIT, required=True)
    _answer(held, Answer.DECLINED, by, words)
    notify(declined_news(held, by))
    return held


def _open(request: JoinRequest) -> JoinRequest:
    lock_members(request.working_group_id)
    held = JoinRequest.objects.open().filter(pk=request.pk).select_related("person", "working_group").first()
    if held is None:
        raise ValidationError({"role": _("This request was answered or withdrawn already.")})
    return held


def _answer(request: JoinRequest, answer: Answer, by: Person, words: str) -> None:
    request.answer, request.answered_at, request.answered_by, request.words = answer, timezone.now(), by, words
    request.save(update_fields=["answer", "answered_at", "answered_by", "words"])
