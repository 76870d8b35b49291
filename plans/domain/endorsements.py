"""The word of a region on a version: given by whoever speaks for it, replaced by a later one, never lost."""

import unicodedata

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Person, Region
from groups.standing import standing_of
from markup.domain import rendering_of
from plans.domain.announcing import announce_word
from plans.domain.plans import locked
from plans.domain.telling import tell_of_word
from plans.enums import TEXT_HEADINGS, Position
from plans.models import WORD_LENGTH, Consultation, Endorsement
from plans.policies import may_speak_for
from plans.validators import storable


def speak_for_region(
    *, consultation: Consultation, region: Region, person: Person, position: Position, text: str = ""
) -> tuple[Endorsement, bool]:
    """The region's word from now on, in place of an earlier one on the same version, which the record keeps; returns it
    and whether anything new was said: the same person's same word again changes nothing.

    Raises PermissionDenied for who does not speak for the region now, ValidationError (field ``text`` where a
    reservation or an objection has none, a plain yes has one, or it cannot be stored; none where the consultation
    takes no words).
    """
    text = _checked_text(position, text)
    if text:
        rendering_of(text, base_heading=TEXT_HEADINGS)  # takes long, so that it comes before the lock
    with transaction.atomic():
        plan = locked(consultation.plan)
        standing = standing_of(person)
        asked = Consultation.objects.visible_to(standing).filter(pk=consultation.pk).first()
        if asked is None or not may_speak_for(standing, region.pk):
            raise PermissionDenied(_("Only who holds a region's mandate may speak for it."))
        if not asked.takes_words:
            raise ValidationError({NON_FIELD_ERRORS: _("This consultation takes no more words.")})
        last = Endorsement.objects.current().filter(consultation=asked, region=region).first()
        if last is not None and (last.person_id, last.position, last.text) == (person.pk, position, text):
            return last, False
        now = timezone.now()
        if last is not None:
            last.replaced_at = now
            last.save(update_fields=["replaced_at"])
        speaker = Person.objects.get(pk=person.pk)
        word = Endorsement.objects.create(
            consultation=asked,
            region=region,
            person=person,
            organisation_id=speaker.organisation_id,
            position=position,
            text=text,
            digest=asked.digest,
            said_at=now,
        )
        announce_word(plan, word)
        tell_of_word(word)
    return word, True


def _checked_text(position: Position, text: str) -> str:
    try:
        storable(text)
    except ValidationError as error:
        raise ValidationError({"text": error.messages}) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if all(character.isspace() or unicodedata.category(character) in {"Cf", "Cc"} for character in text):
        text = ""
    if len(text) > WORD_LENGTH:
        over = len(text) - WORD_LENGTH
        message = ngettext("This is %(over)d character too long.", "This is %(over)d characters too long.", over)
        raise ValidationError({"text": message % {"over": over}})
    if position is Position.ENDORSES and text:
        raise ValidationError(
            {"text": _("A plain yes has no text. Choose “Endorses with a reservation”, or take the text out.")}
        )
    if position is Position.RESERVES and not text:
        raise ValidationError({"text": _("A reservation needs its text: what does the region not agree with?")})
    if position is Position.OBJECTS and not text:
        raise ValidationError({"text": _("An objection needs its reason.")})
    return text
