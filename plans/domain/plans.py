"""Starting a plan."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from collab.domain import create_document
from groups.models import Person, WorkingGroup
from groups.queries import group_for
from groups.standing import Standing, standing_of
from plans.enums import DOCUMENT_KIND
from plans.models import Section, StrategicPlan
from plans.policies import may_read_plan
from plans.queries import plan_for
from plans.section_template import SECTION_TEMPLATE


@transaction.atomic
def start_plan(*, working_group: WorkingGroup, person: Person) -> StrategicPlan:
    """The group's plan; started with the template's sections, once, by whoever of its readers looks first.

    Raises PermissionDenied for a person who may not read the group.
    """
    if not may_read_plan(standing_of(person), working_group.pk):
        raise PermissionDenied(_("You may not read this group's plan."))
    # Two first readers at the same moment: the second waits here and then finds the first one's plan.
    WorkingGroup.objects.select_for_update().get(pk=working_group.pk)
    plan = StrategicPlan.objects.select_related("working_group").filter(working_group=working_group).first()
    if plan is not None:
        return plan
    plan = StrategicPlan.objects.create(working_group=working_group)
    with translation.override(settings.LANGUAGE_CODE):
        sections = Section.objects.bulk_create(
            Section(plan=plan, heading=_(section.heading), guidance=section.guidance, position=position)
            for position, section in enumerate(SECTION_TEMPLATE, start=1)
        )
    texts = {section.id: "" for section in sections}
    create_document(kind=DOCUMENT_KIND, key=plan.slug, texts=texts, person_id=None)
    return plan


def opened_plan(*, standing: Standing, person: Person, slug: str) -> StrategicPlan:
    """The plan of the group with this slug, started if nobody has yet; raises a DoesNotExist for who does not read the
    group's drafts."""
    try:
        return plan_for(standing, slug)
    except StrategicPlan.DoesNotExist:
        return start_plan(working_group=group_for(standing, slug), person=person)


def locked(plan: StrategicPlan) -> StrategicPlan:
    """The plan as it is now; changes to its outline, actions and versions happen one after the other."""
    plans = StrategicPlan.objects.select_for_update(of=("self",)).select_related("working_group")
    return plans.get(pk=plan.pk)
