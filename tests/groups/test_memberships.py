"""Who may change who belongs to a group."""

from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from groups.domain.memberships import add_member, change_role, remove_member
from groups.enums import Role
from groups.models import Membership, Person, WorkingGroup
from groups.standing import standing_of
from tests.conftest import Cast


def membership_of(person: Person) -> Membership:
    return Membership.objects.current().get(person=person)


def outcome(function: Callable[[], object]) -> str:
    try:
        function()
    except PermissionDenied:
        return "refused"
    except ValidationError as error:
        return f"invalid: {', '.join(error.message_dict)}"
    return "done"


MAY_ADD = {
    "coordinator": {Role.COORDINATOR, Role.DEPUTY, Role.AGENCY, Role.PARTNER, Role.OBSERVER},
    "deputy": {Role.DEPUTY, Role.AGENCY, Role.PARTNER, Role.OBSERVER},
    "director": {Role.COORDINATOR},
    "secretariat": {Role.COORDINATOR, Role.DEPUTY, Role.AGENCY, Role.PARTNER, Role.OBSERVER},
}


@pytest.mark.parametrize("role", list(Role))
def test_members_are_added_by_leaders_and_the_secretariat_and_coordinators_by_the_director(
    cast: Cast, agrifood: WorkingGroup, role: Role
) -> None:
    for who, person in cast.everyone().items():
        expected = "done" if role in MAY_ADD.get(who, set()) else "refused"
        newcomer = Person.objects.create_user(email=f"{who}-{role}@new.example", name="New")
        add = partial(add_member, working_group=agrifood, person=newcomer, role=role, by=person)
        assert (who, outcome(add)) == (who, expected)
        assert Membership.objects.filter(person=newcomer, role=role).exists() == (expected == "done")


def test_the_new_member_has_the_role_at_once(cast: Cast, agrifood: WorkingGroup) -> None:
    membership = add_member(working_group=agrifood, person=cast.outsider, role=Role.OBSERVER, by=cast.deputy)
    assert membership.started_by == cast.deputy
    assert standing_of(cast.outsider).role_in(agrifood.pk) is Role.OBSERVER


def test_nobody_is_a_member_twice_and_no_closed_account_is(cast: Cast, agrifood: WorkingGroup) -> None:
    with pytest.raises(ValidationError, match="Partner is already a member of this group"):
        add_member(working_group=agrifood, person=cast.partner, role=Role.OBSERVER, by=cast.coordinator)
    with pytest.raises(ValidationError, match="account is closed"):
        add_member(working_group=agrifood, person=cast.deactivated, role=Role.OBSERVER, by=cast.coordinator)


def test_somebody_who_left_may_come_back_and_both_stays_are_kept(cast: Cast, agrifood: WorkingGroup) -> None:
    add_member(working_group=agrifood, person=cast.removed, role=Role.AGENCY, by=cast.coordinator)
    stays = Membership.objects.filter(person=cast.removed).order_by("pk")
    assert [(stay.role, stay.ended_at is None) for stay in stays] == [("partner", False), ("agency", True)]


def test_a_changed_role_ends_one_membership_and_opens_another(cast: Cast) -> None:
    old = membership_of(cast.partner)
    new = change_role(membership=old, role=Role.DEPUTY, by=cast.coordinator)
    old.refresh_from_db()
    assert (old.role, old.ended_by, old.ended_at) == ("partner", cast.coordinator, new.started_at)
    assert (new.role, new.started_by, new.ended_at) == ("deputy", cast.coordinator, None)


def test_the_same_role_again_changes_nothing(cast: Cast) -> None:
    held = membership_of(cast.partner)
    assert change_role(membership=held, role=Role.PARTNER, by=cast.coordinator) == held
    assert Membership.objects.filter(person=cast.partner).count() == 1


def test_a_deputy_neither_demotes_nor_removes_nor_makes_a_coordinator(cast: Cast) -> None:
    held = membership_of(cast.coordinator)
    for_deputy = membership_of(cast.deputy)
    assert outcome(lambda: change_role(membership=held, role=Role.PARTNER, by=cast.deputy)) == "refused"
    assert outcome(lambda: remove_member(membership=held, by=cast.deputy)) == "refused"
    assert outcome(lambda: change_role(membership=for_deputy, role=Role.COORDINATOR, by=cast.deputy)) == "refused"


@pytest.mark.parametrize(
    "who", ["agency", "partner", "observer", "outsider", "other_coordinator", "director", "removed"]
)
def test_nobody_else_changes_or_removes_anyone(cast: Cast, who: str) -> None:
    by = cast.everyone()[who]
    held = membership_of(cast.deputy)
    assert outcome(lambda: change_role(membership=held, role=Role.OBSERVER, by=by)) == "refused"
    assert outcome(lambda: remove_member(membership=held, by=by)) == "refused"
    assert Membership.objects.current().filter(pk=held.pk).exists()


def test_a_deactivated_leader_changes_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.coordinator.pk).update(is_active=False)
    held = membership_of(cast.partner)
    assert outcome(lambda: remove_member(membership=held, by=cast.coordinator)) == "refused"


def test_the_last_coordinator_cannot_leave_without_a_successor(cast: Cast) -> None:
    held = membership_of(cast.coordinator)
    assert outcome(lambda: remove_member(membership=held, by=cast.coordinator)) == "invalid: role"
    assert outcome(lambda: change_role(membership=held, role=Role.PARTNER, by=cast.coordinator)) == "invalid: role"
    change_role(membership=membership_of(cast.deputy), role=Role.COORDINATOR, by=cast.coordinator)
    assert outcome(lambda: remove_member(membership=held, by=cast.coordinator)) == "done"


def test_a_deactivated_coordinator_is_no_successor(cast: Cast) -> None:
    change_role(membership=membership_of(cast.deputy), role=Role.COORDINATOR, by=cast.coordinator)
    Person.objects.filter(pk=cast.deputy.pk).update(is_active=False)
    held = membership_of(cast.coordinator)
    assert outcome(lambda: remove_member(membership=held, by=cast.coordinator)) == "invalid: role"


def test_the_secretariat_may_leave_a_group_without_a_coordinator(cast: Cast) -> None:
    remove_member(membership=membership_of(cast.coordinator), by=cast.secretariat)
    assert not Membership.objects.current().filter(person=cast.coordinator).exists()


def test_the_director_appoints_a_coordinator_from_among_the_members(cast: Cast) -> None:
    new = change_role(membership=membership_of(cast.partner), role=Role.COORDINATOR, by=cast.director)
    assert new.role == Role.COORDINATOR


def test_a_member_may_leave(cast: Cast) -> None:
    remove_member(membership=membership_of(cast.observer), by=cast.observer)
    stay = Membership.objects.get(person=cast.observer)
    assert stay.ended_by == cast.observer
    assert stay.ended_at is not None


def test_an_ended_membership_cannot_be_changed_or_ended_again(cast: Cast) -> None:
    ended = Membership.objects.get(person=cast.removed)
    before = ended.ended_at
    assert outcome(lambda: change_role(membership=ended, role=Role.AGENCY, by=cast.coordinator)) == "invalid: role"
    assert outcome(lambda: remove_member(membership=ended, by=cast.coordinator)) == "invalid: role"
    ended.refresh_from_db()
    assert ended.ended_at == before
