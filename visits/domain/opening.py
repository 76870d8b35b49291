"""Who reads a visit's log: the group, or everybody in the network who is signed in."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Person
from groups.standing import standing_of
from live.domain import publish
from sockets.watch import rights_changed
from visits import events
from visits.domain.visit_lock import held
from visits.models import StudyVisit
from visits.policies import may_open


@transaction.atomic
def open_visit(*, visit: StudyVisit, by: Person) -> StudyVisit:
    """Lets everybody who is signed in read the visit's log and lessons; twice is once.

    Drafts of its story stay the group's. Raises PermissionDenied for all but the group's coordinator and deputies.
    """
    visit = _held_for(visit, by)
    if visit.opened_at is None:
        visit.opened_at, visit.opened_by = timezone.now(), by
        _save(visit)
    return visit


@transaction.atomic
def close_visit(*, visit: StudyVisit, by: Person) -> StudyVisit:
    """Leaves the log to the group again, on open pages too; twice is once. Raises PermissionDenied as open_visit."""
    visit = _held_for(visit, by)
    if visit.opened_at is not None:
        visit.opened_at, visit.opened_by = None, None
        _save(visit)
        rights_changed()
    return visit


def _held_for(visit: StudyVisit, by: Person) -> StudyVisit:
    visit = held(visit)
    if not may_open(standing_of(by), visit):
        raise PermissionDenied(_("A visit is opened to the network by the group's coordinator and deputies."))
    return visit


def _save(visit: StudyVisit) -> None:
    visit.save(update_fields=["opened_at", "opened_by"])
    publish(events.visit_changed(visit.pk))
