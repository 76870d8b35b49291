"""The plan's outline: sections are added, named, moved, locked and taken out by the group's leaders."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Person
from groups.repeats import checked_key, digest_of
from groups.standing import standing_of
from plans import events
from plans.domain.announcing import announce_assignee, announce_order, announce_section, announce_section_state
from plans.domain.plans import locked
from plans.domain.telling import tell_of_assignment
from plans.models import Section, StrategicPlan
from plans.policies import may_arrange, may_be_assigned
from sockets.watch import rights_changed

SECTIONS_PER_PLAN = 100


@transaction.atomic
def add_section(
    *, plan: StrategicPlan, person: Person, heading: str, guidance: str = "", idempotency_key: str | None = None
) -> Section:
    """Adds an empty section after the last. The same person, key and words again give the section of the first call.

    Raises PermissionDenied for who does not lead the group, ValidationError (fields ``heading``, ``guidance``,
    ``idempotency_key``).
    """
    plan = _arranged_by(person, plan)
    key = checked_key(idempotency_key)
    sent = digest_of(str(person.pk), key, heading, guidance) if key is not None else None
    earlier = plan.sections.filter(sent_digest=sent).first() if sent is not None else None
    if earlier is not None:
        return earlier
    present = Section.objects.present().filter(plan=plan)
    if plan.sections.count() >= SECTIONS_PER_PLAN:
        raise ValidationError({"heading": _("This plan has as many sections as one plan may have.")})
    last = present.order_by("position").last()
    section = Section(plan=plan, position=last.position + 1 if last else 1, sent_digest=sent)
    _describe(section, heading, guidance)
    section.save(force_insert=True)
    announce_section(events.SECTION_ADDED, plan, section)
    rights_changed()
    return section


@transaction.atomic
def rename_section(*, section: Section, person: Person, heading: str, guidance: str) -> Section:
    """Gives the section another heading and guidance. Raises as ``add_section`` does."""
    plan = _arranged_by(person, section.plan)
    section = _present(section)
    _describe(section, heading, guidance)
    section.save(update_fields=["heading", "guidance"])
    announce_section(events.SECTION_RENAMED, plan, section)
    return section


@transaction.atomic
def move_section(*, section: Section, person: Person, after: Section | None) -> Section:
    """Puts the section right after another one, or first (None). What others moved meanwhile stays where they put it,
    so that two people who arrange at once both get what they asked for.

    Raises PermissionDenied for who does not lead the group, ValidationError (field ``section``) if either was taken
    out.
    """
    plan = _arranged_by(person, section.plan)
    section = _present(section)
    before = list(Section.objects.present().filter(plan=plan))
    order = [other for other in before if other.pk != section.pk]
    if after is not None and after.pk != section.pk:
        place = next((at for at, other in enumerate(order, start=1) if other.pk == after.pk), None)
        if place is None:
            raise ValidationError({"section": _("The section before it has been taken out of the plan meanwhile.")})
        order.insert(place, section)
    elif after is None:
        order.insert(0, section)
    else:
        return section
    if [other.pk for other in order] == [other.pk for other in before]:
        return section
    for number, other in enumerate(order, start=1):
        other.position = number
    Section.objects.bulk_update(order, ["position"])
    announce_order(plan, section, [other.id for other in order])
    return section


@transaction.atomic
def assign_section(*, section: Section, person: Person, assignee: Person | None) -> Section:
    """Says who sees to the section, or that nobody does (None); who it is hears of it. Saying it again changes nothing.

    Raises PermissionDenied for who does not lead the group, ValidationError (field ``assignee``) for somebody who does
    not write in it.
    """
    plan = _arranged_by(person, section.plan)
    section = _present(section)
    if assignee is not None and not may_be_assigned(standing_of(assignee), section):
        raise ValidationError({"assignee": _("Choose somebody who writes in this group.")})
    if section.assignee_id != (assignee.pk if assignee else None):
        section.assignee = assignee
        section.save(update_fields=["assignee"])
        announce_assignee(plan, section)
        tell_of_assignment(section, person)
    return section


@transaction.atomic
def lock_section(*, section: Section, person: Person) -> Section:
    """Lets only the group's leaders write in it. Locking it again changes nothing.

    A connection that has the plan open already learns of it within two seconds (at once where the hint of
    ``rights_changed`` arrives); what it sends before is still taken. Every other writer is refused from the commit on.
    """
    return _set_lock(section, person, is_locked=True)


@transaction.atomic
def unlock_section(*, section: Section, person: Person) -> Section:
    """Lets all who write in the group write in it again."""
    return _set_lock(section, person, is_locked=False)


@transaction.atomic
def remove_section(*, section: Section, person: Person) -> None:
    """Takes the section out of the plan; its text stays in the document and comes back with ``restore_section``."""
    plan = _arranged_by(person, section.plan)
    section = _present(section)
    section.removed_at = timezone.now()
    section.save(update_fields=["removed_at"])
    announce_section_state(events.SECTION_REMOVED, plan, section)
    rights_changed()


@transaction.atomic
def restore_section(*, section: Section, person: Person) -> Section:
    """Puts a section that was taken out back, after the last one. Restoring a present one changes nothing."""
    plan = _arranged_by(person, section.plan)
    section = Section.objects.select_related("plan__working_group").get(pk=section.pk)
    if section.removed_at is None:
        return section
    last = Section.objects.present().filter(plan=plan).order_by("position").last()
    section.position = last.position + 1 if last else 1
    section.removed_at = None
    section.save(update_fields=["position", "removed_at"])
    announce_section(events.SECTION_RESTORED, plan, section)
    rights_changed()
    return section


def _set_lock(section: Section, person: Person, *, is_locked: bool) -> Section:
    plan = _arranged_by(person, section.plan)
    section = _present(section)
    if section.is_locked == is_locked:
        return section
    section.is_locked = is_locked
    section.save(update_fields=["is_locked"])
    announce_section_state(events.SECTION_LOCKED if is_locked else events.SECTION_UNLOCKED, plan, section)
    rights_changed()
    return section


def _arranged_by(person: Person, plan: StrategicPlan) -> StrategicPlan:
    plan = locked(plan)
    if not may_arrange(standing_of(person), plan):
        raise PermissionDenied(_("Only the group's coordinator and deputy may arrange its plan."))
    return plan


def _present(section: Section) -> Section:
    """The section as it is now; ValidationError where it has been taken out."""
    current = Section.objects.present().select_related("plan__working_group").filter(pk=section.pk).first()
    if current is None:
        raise ValidationError({"section": _("This section has been taken out of the plan.")})
    return current


def _describe(section: Section, heading: str, guidance: str) -> None:
    section.heading = " ".join(heading.split())
    section.guidance = guidance.strip()
    section.clean_fields(exclude={"id", "plan", "position"})
