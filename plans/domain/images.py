"""Images in the plan's text: kept as uploads, shown where the Markdown of a section names their address."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from files.domain import Upload, prepare_image
from files.models import StoredFile
from groups.models import Person
from groups.standing import standing_of
from plans.enums import FILE_KIND
from plans.models import StrategicPlan
from plans.policies import may_edit_actions


def add_image(*, plan: StrategicPlan, person: Person, upload: Upload | None, alt: str) -> StoredFile:
    """Keeps an image for the plan's text; the caller puts its address into a section.

    Raises PermissionDenied for who does not write in the group, ValidationError (fields ``image``, ``alt``).
    """
    _refuse_strangers(plan, person)
    if upload is None:
        raise ValidationError({"image": _("Choose an image.")})
    if not alt.strip():
        raise ValidationError({"alt": _("Say in a few words what the image shows.")})
    try:
        file = prepare_image(upload=upload, kind=FILE_KIND, key=plan.slug, person_id=person.pk, alt=alt)
    except ValidationError as error:
        raise ValidationError({"alt" if error.code == "alt" else "image": error.messages}) from error
    file.key = f"{plan.slug}/{file.pk}"
    with transaction.atomic():
        _refuse_strangers(plan, person)
        file.save(force_insert=True)
    return file


def _refuse_strangers(plan: StrategicPlan, person: Person) -> None:
    if not may_edit_actions(standing_of(person), plan):
        raise PermissionDenied(_("You may read this plan, but not write into it."))
