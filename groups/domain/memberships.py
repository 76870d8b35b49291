"""Who belongs to a working group, and as what."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import Answer, Entrance, Role
from groups.models import JoinRequest, Membership, Person, WorkingGroup
from groups.notice_kinds import ADMITTED, REMOVED, ROLE_CHANGED, membership_news
from groups.policies import may_change_role, may_give_role, may_take_role
from groups.standing import standing_of
from notices.domain import notify
from sockets.watch import rights_changed


@transaction.atomic
def add_member(*, working_group: WorkingGroup, person: Person, role: Role, by: Person) -> Membership:
    """Makes the person a member of the group, as ``role``, from now on; returns the membership they have where they
    are one in that role, so that a form sent twice does no harm. The person hears of it.

    Raises PermissionDenied where ``by`` may not give that role, ValidationError (field ``person``) where the person
    is a member in another role or has been deactivated.
    """
    lock_members(working_group.pk)
    if not may_give_role(standing_of(by), working_group.pk, role):
        raise PermissionDenied(_("You may not give this role in this group."))
    was_inside = Membership.objects.current().filter(working_group=working_group, person=person).exists()
    membership = open_membership(working_group=working_group, person=person, role=role, by=by, entrance=Entrance.ADDED)
    if not was_inside:
        notify(membership_news(ADMITTED, membership, by))
    return membership


def open_membership(
    *, working_group: WorkingGroup, person: Person, role: Role, by: Person, entrance: Entrance
) -> Membership:
    """What ``add_member`` does, without asking whether anyone may: for the domain's own use."""
    if not Person.objects.filter(pk=person.pk, is_active=True).exists():
        raise ValidationError({"person": _("This person's account is closed.")})
    held = Membership.objects.current().filter(working_group=working_group, person=person).first()
    if held is not None and held.role == role:
        return held
    if held is not None:
        raise ValidationError({"person": _("%(name)s is already a member of this group.") % {"name": person.name}})
    membership = Membership.objects.create(
        working_group=working_group, person=person, role=role, started_by=by, entrance=entrance
    )
    # Whatever else was on its way for them has arrived.
    requests = JoinRequest.objects.filter(person=person, working_group=working_group, answer=Answer.NONE)
    requests.update(answer=Answer.APPROVED, answered_at=timezone.now(), answered_by=by)
    rights_changed()
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Person) -> Membership:
    """Ends the membership and opens one with the new role, of which the person hears; returns that, or the old one if
    it has the role already.

    Raises PermissionDenied where ``by`` may not take the old role or give the new one, ValidationError (field
    ``role``) where the membership has ended or the group would be left without a coordinator.
    """
    held = _current(membership)
    old = Role(held.role)
    standing = standing_of(by)
    if not may_change_role(standing, held.working_group_id, old, role):
        raise PermissionDenied(_("You may not change this person's role."))
    if role is old:
        return held
    if not standing.is_secretariat:
        _keep_a_coordinator(held)
    now = timezone.now()
    Membership.objects.filter(pk=held.pk).update(ended_at=now, ended_by=by)
    successor = Membership.objects.create(
        working_group_id=held.working_group_id, person_id=held.person_id, role=role, started_at=now, started_by=by
    )
    rights_changed()
    notify(membership_news(ROLE_CHANGED, successor, by, old=old))
    return successor


@transaction.atomic
def remove_member(*, membership: Membership, by: Person) -> None:
    """Ends the membership. What the person wrote stays, with their name. Members may end their own; who is removed by
    somebody else hears of it.

    Raises PermissionDenied where ``by`` may not, ValidationError (field ``role``) where the membership has ended or
    the group would be left without a coordinator (only the secretariat may leave it so).
    """
    held = _current(membership)
    standing = standing_of(by)
    leaves = standing.person_id is not None and standing.person_id == held.person_id
    if not leaves and not may_take_role(standing, held.working_group_id, Role(held.role)):
        raise PermissionDenied(_("You may not remove this person from the group."))
    if not standing.is_secretariat:
        _keep_a_coordinator(held)
    Membership.objects.filter(pk=held.pk).update(ended_at=timezone.now(), ended_by=by)
    rights_changed()
    notify(membership_news(REMOVED, held, by))


def lock_members(working_group_id: int) -> None:
    """Changes of one group's members happen one after the other, so that two coordinators cannot both leave."""
    WorkingGroup.objects.select_for_update().get(pk=working_group_id)


def _current(membership: Membership) -> Membership:
    """The membership as the database has it now, its group locked; ValidationError where it has ended."""
    lock_members(membership.working_group_id)
    held = Membership.objects.current().filter(pk=membership.pk).first()
    if held is None:
        raise ValidationError({"role": _("This membership has ended.")})
    return held


def _keep_a_coordinator(leaving: Membership) -> None:
    if leaving.role != Role.COORDINATOR:
        return
    others = Membership.objects.current().filter(
        working_group_id=leaving.working_group_id, role=Role.COORDINATOR, person__is_active=True
    )
    if not others.exclude(pk=leaving.pk).exists():
        raise ValidationError({"role": _("The group would be left without a coordinator. Name a successor first.")})
