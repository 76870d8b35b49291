"""Frozen versions of a plan, and their publication: the group's leaders close, publish and withdraw them."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from collab.authorship import Span
from collab.queries import document_of, written_in
from groups import repeats
from groups.models import Person
from groups.standing import standing_of
from markup.domain import renderings_of
from plans import events
from plans.domain.announcing import announce_version
from plans.domain.canonical import (
    ActionContent,
    AuthorContent,
    PlanContent,
    SectionContent,
    canonical_text,
    digest_of,
    money,
    normalised,
    plain_number,
)
from plans.domain.plans import locked
from plans.enums import DOCUMENT_KIND, TEXT_HEADINGS
from plans.models import Action, Section, StrategicPlan, Version
from plans.policies import may_close
from plans.queries import authors_of, committed_texts

SUMMARY_LENGTH = 300
# How often the document is read again because somebody wrote meanwhile; the last reading counts as it is.
READINGS = 3


def freeze_version(*, plan: StrategicPlan, person: Person, name: str, idempotency_key: str | None = None) -> Version:
    """Keeps the plan as it is committed now, under a name, with its canonical text and that text's SHA-256.

    The same person, key and name again give the version of the first call, whatever was written since. Raises
    PermissionDenied for who does not lead the group, ValidationError (fields ``name``, ``idempotency_key``).
    """
    _check_leads(person, plan)
    name, key = " ".join(name.split()), repeats.checked_key(idempotency_key)
    sent = repeats.digest_of(str(person.pk), key, name) if key is not None else None
    readings = 0
    while True:
        # Reading and rendering take long, so that they come before the lock; in it the renderings are found stored.
        written = written_in(DOCUMENT_KIND, plan.slug)
        readings += 1
        _summary(_content_now(plan, written.texts, written.writers))
        with transaction.atomic():
            plan = _closed_by(person, plan)
            if readings == READINGS or document_of(DOCUMENT_KIND, plan.slug).head == written.number:
                return _freeze(plan, person, name, sent, _content_now(plan, written.texts, written.writers))


def _freeze(plan: StrategicPlan, person: Person, name: str, sent: str | None, content: PlanContent) -> Version:
    earlier = plan.versions.filter(sent_digest=sent).first() if sent is not None else None
    if earlier is not None:
        return earlier
    last = plan.versions.order_by("number").last()
    text = canonical_text(content)
    version = Version(
        plan=plan,
        number=last.number + 1 if last else 1,
        name=name,
        content=content.as_json(),
        canonical_text=text,
        digest=digest_of(text),
        summary=_summary(content),
        frozen_by=person,
        sent_digest=sent,
    )
    version.clean_fields(exclude={"plan", "content", "canonical_text", "frozen_by"})
    version.save(force_insert=True)
    announce_version(events.VERSION_FROZEN, plan, version)
    return version


@transaction.atomic
def publish_version(*, version: Version, person: Person) -> Version:
    """Shows the version to the public, in place of the one that is shown now. Publishing it twice changes nothing.

    Raises PermissionDenied for who does not lead the group.
    """
    plan = _closed_by(person, version.plan)
    version = _current(version)
    if version.is_published:
        return version
    for shown in Version.objects.published().filter(plan=plan).select_related("plan__working_group"):
        _withdraw(shown, person)
    version.published_at, version.published_by = timezone.now(), person
    version.withdrawn_at = version.withdrawn_by = None
    version.save(update_fields=Version.PUBLICATION)
    announce_version(events.VERSION_PUBLISHED, plan, version)
    return version


@transaction.atomic
def withdraw_version(*, version: Version, person: Person) -> Version:
    """Takes the version from the public, which then sees none of this plan. Withdrawing it twice changes nothing.

    Raises PermissionDenied for who does not lead the group.
    """
    plan = _closed_by(person, version.plan)
    version = _current(version)
    if version.is_published:
        _withdraw(version, person)
        announce_version(events.VERSION_WITHDRAWN, plan, version)
    return version


def draft_digest(plan: StrategicPlan) -> str:
    """The SHA-256 that a version frozen now would have: by it one sees whether the text has moved on since another."""
    return digest_of(canonical_text(_content_now(plan, committed_texts(plan).texts, {})))


def _content_now(plan: StrategicPlan, texts: Mapping[str, str], writers: Mapping[str, list[Span]]) -> PlanContent:
    """The plan's present sections with their texts, its present actions, and who wrote the text."""
    sections = list(Section.objects.present().filter(plan=plan))
    spans = [span for section in sections for span in writers.get(section.id, [])]
    actions = Action.objects.present().filter(plan=plan).select_related("lead").prefetch_related("partners")
    return PlanContent(
        group=plan.working_group.name,
        sections=tuple(
            SectionContent(section.id, section.heading, normalised(texts.get(section.id, ""))) for section in sections
        ),
        actions=tuple(_action_content(action) for action in actions),
        authors=tuple(
            AuthorContent(organisation.name, organisation.region.code if organisation.region else "")
            for organisation in authors_of(spans)
        ),
    )


def _action_content(action: Action) -> ActionContent:
    return ActionContent(
        number=action.number,
        title=action.title,
        description=normalised(action.description),
        lead=action.lead.name if action.lead else "",
        partners=tuple(sorted(partner.name for partner in action.partners.all())),
        starts_on=action.starts_on.isoformat() if action.starts_on else "",
        ends_on=action.ends_on.isoformat() if action.ends_on else "",
        budget=money(action.budget),
        indicator=action.indicator,
        unit=action.unit,
        baseline=plain_number(action.baseline),
        target=plain_number(action.target),
    )


def _summary(content: PlanContent) -> str:
    """How the first section that has a text begins, as plain text. Renders all the others too, so that it is stored."""
    sources = [section.text for section in content.sections] + [action.description for action in content.actions]
    renderings = renderings_of([source for source in sources if source], base_heading=TEXT_HEADINGS)
    first = next((section.text for section in content.sections if section.text), "")
    text = " ".join(renderings[first].text.split()) if first else ""
    return Truncator(text).chars(SUMMARY_LENGTH)


def _closed_by(person: Person, plan: StrategicPlan) -> StrategicPlan:
    plan = locked(plan)
    _check_leads(person, plan)
    return plan


def _check_leads(person: Person, plan: StrategicPlan) -> None:
    if not may_close(standing_of(person), plan):
        raise PermissionDenied(_("Only the group's coordinator and deputy may freeze and publish its plan."))


def _current(version: Version) -> Version:
    return Version.objects.select_related("plan__working_group").get(pk=version.pk)


def _withdraw(version: Version, person: Person) -> None:
    version.withdrawn_at, version.withdrawn_by = timezone.now(), person
    version.save(update_fields=Version.PUBLICATION)
