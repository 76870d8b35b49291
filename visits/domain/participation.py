"""Who attends a visit."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from groups.models import Membership, Person
from groups.standing import standing_of
from live.domain import publish
from visits import events
from visits.domain.visit_lock import held
from visits.models import StudyVisit, VisitParticipant
from visits.policies import may_join, may_plan


@transaction.atomic
def join_visit(*, visit: StudyVisit, by: Person) -> VisitParticipant:
    """They say that they take part; twice is once. Raises PermissionDenied for who may not write in the group."""
    visit = held(visit)
    if not may_join(standing_of(by), visit):
        raise PermissionDenied(_("Members of the group take part. Ask its coordinator to put you on the list."))
    return _put_on_the_list(visit, by, by)


@transaction.atomic
def add_participant(*, visit: StudyVisit, person: Person, by: Person) -> VisitParticipant:
    """Puts a member of the group (an observer too) on the list; twice is once.

    Raises PermissionDenied for all but the group's coordinator and deputies, ValidationError (field ``person``)
    where the person is not a member.
    """
    visit = held(visit)
    if not may_plan(standing_of(by), visit.working_group_id):
        raise PermissionDenied(_("The list of participants is kept by the group's coordinator and deputies."))
    is_member = Membership.objects.current().filter(
        person=person, person__is_active=True, working_group=visit.working_group_id
    )
    if not is_member.exists():
        raise ValidationError({"person": _("%(name)s is not a member of this group.") % {"name": person.name}})
    return _put_on_the_list(visit, person, by)


@transaction.atomic
def remove_participant(*, visit: StudyVisit, person: Person, by: Person) -> None:
    """Takes somebody off the list; what they logged stays. Members take themselves off.

    Raises PermissionDenied for everybody else but the group's coordinator and deputies.
    """
    visit = held(visit)
    standing = standing_of(by)
    leaves = standing.person_id == person.pk and standing.may_read_group(visit.working_group_id)
    if not leaves and not may_plan(standing, visit.working_group_id):
        raise PermissionDenied(_("The list of participants is kept by the group's coordinator and deputies."))
    removed, _rows = VisitParticipant.objects.filter(visit=visit, person=person).delete()
    if removed:
        publish(events.participants_changed(visit.pk))


def _put_on_the_list(visit: StudyVisit, person: Person, by: Person) -> VisitParticipant:
    participant, is_new = VisitParticipant.objects.get_or_create(visit=visit, person=person, defaults={"added_by": by})
    if is_new:
        publish(events.participants_changed(visit.pk))
    return participant
