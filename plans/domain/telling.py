"""Telling people of what they have to see to in a plan: mandate holders that their region is asked and that the
deadline comes near, the group's leaders what a region says, somebody that a section is theirs."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.enums import LEADING_ROLES
from groups.models import Mandate, Membership, Person
from notices.domain import News, notify
from notices.kinds import Sort, Told
from plans.enums import (
    ASSIGNMENT_NOTICE,
    CONSULTATION_NOTICE,
    DEADLINE_NOTICE,
    WORD_NOTICE,
    ConsultationState,
    Position,
)
from plans.models import Consultation, Endorsement, Section

CONSULTATIONS = Sort("consultations", gettext_lazy("My region's word is asked for, or its deadline comes near"))
WORDS = Sort("words", gettext_lazy("A region says its word to a plan of my group"))
SECTIONS = Sort("sections", gettext_lazy("A section of a plan is given to me"))

NEAR = timedelta(days=3)
"""How long before the deadline those are reminded who have not spoken."""


def tell_of_consultation(consultation: Consultation, person: Person) -> None:
    """Lets every mandate holder know that this person asks the regions. Comes last in the transaction."""
    holders = Mandate.objects.current().values_list("person", flat=True)
    notify(_news(CONSULTATION_NOTICE, consultation, f"consultation:{consultation.pk}", set(holders), person.pk))


def remind_of_deadlines() -> None:
    """Reminds the mandate holders of silent regions once for each deadline that is near; called again, it tells nobody
    twice."""
    now = timezone.now()
    near = Consultation.objects.filter(
        state=ConsultationState.OPEN, deadline__gt=now, deadline__lte=now + NEAR
    ).select_related("version", "plan__working_group")
    for consultation in near:
        with transaction.atomic():
            spoken = Endorsement.objects.current().filter(consultation=consultation).values("region")
            silent = Mandate.objects.current().exclude(region__in=spoken).values_list("person", flat=True)
            subject = f"consultation:{consultation.pk}:{consultation.deadline:%Y-%m-%dT%H:%M}"
            notify(_news(DEADLINE_NOTICE, consultation, subject, set(silent), None))


def tell_of_word(word: Endorsement) -> None:
    """Lets those who lead the group know what a region says. Comes last in the transaction."""
    consultation = word.consultation
    working_group = consultation.plan.working_group_id
    leaders = Membership.objects.current().filter(working_group=working_group, role__in=LEADING_ROLES)
    news = News(
        kind=WORD_NOTICE,
        recipients=set(leaders.values_list("person", flat=True)),
        subject=f"word:{word.pk}",
        url=f"{consultation.get_absolute_url()}#region-{word.region.code}",
        actor_id=word.person_id,
        facts={"region": word.region.name, "position": word.position, "version": consultation.version.name},
    )
    notify(news)


def tell_of_assignment(section: Section, person: Person) -> None:
    """Lets whoever the section was given to know it; again when it is given to them again after somebody else had it.
    Comes last in the transaction."""
    plan = section.plan
    recipients = {section.assignee_id} if section.assignee_id else set()
    news = News(
        kind=ASSIGNMENT_NOTICE,
        recipients=recipients,
        subject=f"section:{section.pk}:{timezone.now():%Y-%m-%dT%H:%M:%S.%f}",
        url=f"{reverse('plans:workroom', args=[plan.slug])}?section={section.pk}",
        actor_id=person.pk,
        facts={"section": section.heading, "group": plan.working_group.name},
    )
    notify(news)


def _news(kind: str, consultation: Consultation, subject: str, recipients: set[int], actor_id: int | None) -> News:
    return News(
        kind=kind,
        recipients=recipients,
        subject=subject,
        url=reverse("plans:consultation", args=[consultation.plan.slug]),
        actor_id=actor_id,
        facts={
            "group": consultation.plan.working_group.name,
            "version": consultation.version.name,
            "deadline": consultation.deadline.isoformat(),
        },
    )


def consultation_words(told: Told) -> str:
    return _("%(actor)s asks for your region's word on “%(version)s” (%(group)s), until %(deadline)s.") % _facts(told)


def deadline_words(told: Told) -> str:
    return _("Your region's word on “%(version)s” (%(group)s) is wanted until %(deadline)s.") % _facts(told)


def word_words(told: Told) -> str:
    words = {**told.facts, "actor": told.actor}
    if told.facts["position"] == Position.ENDORSES:
        return _("%(region)s endorses “%(version)s”; %(actor)s spoke for it.") % words
    if told.facts["position"] == Position.RESERVES:
        return _("%(region)s endorses “%(version)s” with a reservation; %(actor)s spoke for it.") % words
    return _("%(region)s objects to “%(version)s”; %(actor)s spoke for it.") % words


def assignment_words(told: Told) -> str:
    return _("%(actor)s gave you the section “%(section)s” of the plan (%(group)s) to see to.") % {
        **told.facts,
        "actor": told.actor,
    }


def _facts(told: Told) -> dict[str, str]:
    moment = timezone.localtime(datetime.fromisoformat(told.facts["deadline"]))
    return {**told.facts, "actor": told.actor, "deadline": date_format(moment, "DATETIME_FORMAT")}
