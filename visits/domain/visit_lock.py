"""Changes of one visit happen one after the other."""

from groups.models import Person
from groups.standing import Standing, standing_of
from visits.models import StudyVisit, VisitParticipant


def held(visit: StudyVisit) -> StudyVisit:
    """The visit as the database has it now, locked until the end of the transaction."""
    return StudyVisit.objects.select_for_update().get(pk=visit.pk)


def standing_and_attendance(visit: StudyVisit, person: Person) -> tuple[Standing, bool]:
    """What the person is now, and whether they attend the visit."""
    return standing_of(person), VisitParticipant.objects.filter(visit=visit, person=person).exists()
