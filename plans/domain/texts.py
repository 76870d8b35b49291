"""A section's text as it once was, brought back."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from collab.domain import rewrite_text
from collab.queries import texts_at
from groups.models import Person
from groups.standing import standing_of
from plans.domain.plans import locked
from plans.enums import DOCUMENT_KIND
from plans.models import Section
from plans.policies import may_write_text


def restore_text(*, section: Section, person: Person, number: int) -> None:
    """Makes the section say what it said at this number of the document's log. It is a change like any that is typed:
    by this person, merged with what others write meanwhile, and itself a point to come back to.

    Raises PermissionDenied for who may not write in the section now, ValidationError where the text is too large.
    """
    slug = section.plan.slug
    text = texts_at(DOCUMENT_KIND, slug, number).texts.get(section.id, "")
    with transaction.atomic():
        locked(section.plan)
        current = Section.objects.select_related("plan__working_group").get(pk=section.pk)
        if not may_write_text(standing_of(person), current):
            raise PermissionDenied(_("You may not write in this section now."))
        rewrite_text(kind=DOCUMENT_KIND, key=slug, name=section.id, text=text, person_id=person.pk)
