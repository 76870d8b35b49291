"""Keeping what a person has seen of a group's changes."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Person, WorkingGroup
from groups.standing import standing_of
from workspace.models import LastLook


@transaction.atomic
def mark_looked(*, person: Person, working_group: WorkingGroup, upto: datetime) -> LastLook:
    """The person has seen what changed in the group up to this moment; never goes back, and never ahead of now.

    Raises PermissionDenied where they do not read the group.
    """
    if not standing_of(person).may_read_group(working_group.pk):
        raise PermissionDenied(_("Only those who read the group can have seen what changed in it."))
    seen = min(upto, timezone.now())
    look, _made = LastLook.objects.select_for_update().get_or_create(
        person=person, working_group=working_group, defaults={"at": seen}
    )
    if look.at < seen:
        look.at = seen
        look.save(update_fields=["at"])
    return look
