"""Consultations: the group's leaders put a frozen version to the regions; its deadline is the secretariat's too."""

from datetime import datetime, timedelta

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Person
from groups.standing import standing_of
from plans import events
from plans.domain.announcing import announce_consultation
from plans.domain.plans import locked
from plans.domain.telling import tell_of_consultation
from plans.enums import ConsultationState, Step
from plans.models import NOTE_LENGTH, Consultation, ConsultationQuerySet, ConsultationStep, StrategicPlan, Version
from plans.policies import may_consult, may_set_deadline
from plans.validators import storable

LONGEST = timedelta(days=731)
"""How far off a deadline may be."""


@transaction.atomic
def open_consultation(*, version: Version, person: Person, deadline: datetime) -> Consultation:
    """Asks every region for its word on the version until the deadline (aware). A consultation on an earlier version
    that is open ends with it. Asking again with the same deadline changes nothing.

    Raises PermissionDenied for who does not lead the group, ValidationError (fields ``version``, ``deadline``).
    """
    plan = locked(version.plan)
    _require(may_consult(standing_of(person), plan))
    known = _consultations(plan).filter(version=version).first()
    if known is not None:
        if known.state == ConsultationState.OPEN and known.deadline == deadline:
            return known
        raise ValidationError({"version": _("The regions were asked about this version already.")})
    check_deadline(deadline)
    last = _consultations(plan).standing_ones().first()
    if last is not None:
        if last.version.number > version.number:
            raise ValidationError({"version": _("The regions were asked about a newer version already.")})
        if last.digest == version.digest:
            raise ValidationError(
                {"version": _("The regions were asked about exactly this text already. Give them more time instead.")}
            )
        if last.state == ConsultationState.OPEN:
            _move(last, ConsultationState.SUPERSEDED, Step.SUPERSEDED, person)
    consultation = Consultation.objects.create(
        plan=plan, version=version, digest=version.digest, deadline=deadline, opened_by=person
    )
    _trace(consultation, Step.OPENED, person)
    announce_consultation(events.CONSULTATION_OPENED, plan, consultation)
    tell_of_consultation(consultation, person)
    return consultation


@transaction.atomic
def set_deadline(*, consultation: Consultation, person: Person, deadline: datetime, note: str = "") -> Consultation:
    """Moves the deadline (aware), also after it has passed; what was closed early is open again. The same deadline
    again changes nothing.

    Raises PermissionDenied for who neither leads the group nor is of the secretariat, ValidationError (fields
    ``deadline``, ``note``, or none where the consultation was withdrawn or followed by another).
    """
    plan = locked(consultation.plan)
    _require(may_set_deadline(standing_of(person), plan))
    consultation = _current(consultation)
    if consultation.state == ConsultationState.OPEN and consultation.deadline == deadline:
        return consultation
    _require_latest(consultation)
    check_deadline(deadline)
    note = _checked_note(note)
    was_open = consultation.state == ConsultationState.OPEN
    consultation.state, consultation.deadline = ConsultationState.OPEN, deadline
    consultation.save(update_fields=["state", "deadline"])
    _trace(consultation, Step.DEADLINE if was_open else Step.REOPENED, person, note)
    announce_consultation(events.CONSULTATION_CHANGED, plan, consultation)
    return consultation


@transaction.atomic
def close_consultation(*, consultation: Consultation, person: Person, note: str = "") -> Consultation:
    """Ends it before its deadline; the words that were said stand. One that takes no words stays as it is.

    Raises PermissionDenied for who does not lead the group, ValidationError (field ``note``).
    """
    plan = locked(consultation.plan)
    _require(may_consult(standing_of(person), plan))
    consultation = _current(consultation)
    if consultation.takes_words:
        _move(consultation, ConsultationState.CLOSED, Step.CLOSED, person, _checked_note(note))
        announce_consultation(events.CONSULTATION_CHANGED, plan, consultation)
    return consultation


@transaction.atomic
def withdraw_consultation(*, consultation: Consultation, person: Person, note: str = "") -> Consultation:
    """Takes the question back: who is not of the group reads the version no more, and what was said counts no more;
    the group's record keeps it. Withdrawing twice changes nothing.

    Raises PermissionDenied for who does not lead the group, ValidationError (field ``note``, or none where a newer
    version was put to the regions).
    """
    plan = locked(consultation.plan)
    _require(may_consult(standing_of(person), plan))
    consultation = _current(consultation)
    if consultation.state == ConsultationState.WITHDRAWN:
        return consultation
    _require_latest(consultation)
    _move(consultation, ConsultationState.WITHDRAWN, Step.WITHDRAWN, person, _checked_note(note))
    announce_consultation(events.CONSULTATION_CHANGED, plan, consultation)
    return consultation


def check_deadline(deadline: datetime) -> None:
    """ValidationError (field ``deadline``) for one that has passed or is more than two years off."""
    now = timezone.now()
    if deadline <= now:
        raise ValidationError({"deadline": _("The deadline has to lie in the future.")})
    if deadline > now + LONGEST:
        raise ValidationError({"deadline": _("The deadline can be two years off at most.")})


def _checked_note(note: str) -> str:
    line = " ".join(note.split())
    try:
        storable(line)
    except ValidationError as error:
        raise ValidationError({"note": error.messages}) from error
    if len(line) > NOTE_LENGTH:
        raise ValidationError({"note": _("This is too long.")})
    return line


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied(_("Only who leads the group may do this with its consultation."))


def _require_latest(consultation: Consultation) -> None:
    if consultation.state == ConsultationState.WITHDRAWN:
        raise ValidationError({NON_FIELD_ERRORS: _("This consultation was withdrawn.")})
    newer = _consultations(consultation.plan).standing_ones().filter(version__number__gt=consultation.version.number)
    if newer.exists():
        raise ValidationError({NON_FIELD_ERRORS: _("A newer version has been put to the regions since.")})


def _consultations(plan: StrategicPlan) -> ConsultationQuerySet:
    return Consultation.objects.filter(plan=plan).select_related("version", "plan__working_group")


def _current(consultation: Consultation) -> Consultation:
    return _consultations(consultation.plan).get(pk=consultation.pk)


def _move(consultation: Consultation, state: ConsultationState, step: Step, person: Person, note: str = "") -> None:
    consultation.state = state
    consultation.save(update_fields=["state"])
    _trace(consultation, step, person, note)


def _trace(consultation: Consultation, step: Step, person: Person, note: str = "") -> None:
    ConsultationStep.objects.create(
        consultation=consultation, step=step, deadline=consultation.deadline, note=note, by=person
    )
