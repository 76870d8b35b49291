"""The demo's plans: Agrifood's with actions, a published version and a consultation, all invented; short others."""

import contextlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from collab.domain import add_text
from collab.models import Document, DocumentUpdate
from groups.models import Organisation, Person, Region, WorkingGroup
from groups.standing import standing_of
from live.models import StreamEvent
from notices.demo import date_back
from plans.domain.action_table import ActionTerms, add_action
from plans.domain.consultations import open_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.plans import start_plan
from plans.domain.versions import freeze_version, publish_version
from plans.enums import DOCUMENT_KIND, STREAM_KIND, Position
from plans.models import Action, Consultation, ConsultationStep, Endorsement, StrategicPlan, Version
from plans.policies import may_speak_for

DAYS_TO_ANSWER = 16
DEMO_FILE = Path(__file__).parent / "data" / "demo.toml"


@transaction.atomic
def load_demo_plans(people: Mapping[str, Person]) -> None:
    """Starts and fills the plan of each group that has none; ``people`` are the demo's, by login. Changes no plan
    that is there already."""
    groups = {group.slug: group for group in WorkingGroup.objects.exclude(plan__isnull=False)}
    for wanted in tomllib.loads(DEMO_FILE.read_text())["plans"]:
        if wanted["group"] in groups:
            _load(wanted, groups[wanted["group"]], people)


def _load(wanted: dict[str, Any], working_group: WorkingGroup, people: Mapping[str, Person]) -> None:
    leader, slug = people[wanted["author"]], working_group.slug
    with _when(wanted, slug):
        plan = start_plan(working_group=working_group, person=leader)
    _write(plan, wanted["sections"], people)
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    for action in wanted.get("actions", ()):
        with _when(action, slug):
            add_action(plan=plan, person=people[action["author"]], terms=_terms(action, organisations))
    if "version" in wanted:
        with _when(wanted["version"], slug):
            version = freeze_version(plan=plan, person=leader, name=wanted["version"]["name"])
            publish_version(version=version, person=leader)
            consultation = _consult(version, leader)
        _speak(consultation, wanted["words"], people)
    _write(plan, wanted.get("later_sections", ()), people)
    if "later_version" in wanted:
        with _when(wanted["later_version"], slug):
            version = freeze_version(plan=plan, person=leader, name=wanted["later_version"]["name"])
            consultation = _consult(version, leader)
        _speak(consultation, wanted["later_words"], people)


def _consult(version: Version, leader: Person) -> Consultation:
    deadline = timezone.now().replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=DAYS_TO_ANSWER)
    return open_consultation(version=version, person=leader, deadline=deadline)


def _speak(consultation: Consultation, words: Iterable[dict[str, Any]], people: Mapping[str, Person]) -> None:
    """Those speak whose mandate the demo's person holds."""
    regions = {region.code: region for region in Region.objects.all()}
    for word in words:
        person, region = people[word["author"]], regions[word["region"]]
        if may_speak_for(standing_of(person), region.pk):
            with _when(word, consultation.plan.slug):
                speak_for_region(
                    consultation=consultation,
                    region=region,
                    person=person,
                    position=Position(word["position"]),
                    text=word["text"],
                )


def _write(plan: StrategicPlan, sections: Iterable[dict[str, Any]], people: Mapping[str, Person]) -> None:
    ids = dict(plan.sections.values_list("heading", "id"))
    for section in sorted(sections, key=_moment):
        with _when(section, plan.slug):
            add_text(
                kind=DOCUMENT_KIND,
                key=plan.slug,
                name=ids[section["heading"]],
                text=section["text"].strip(),
                person_id=people[section["author"]].pk,
            )


@contextlib.contextmanager
def _when(wanted: Mapping[str, Any], slug: str) -> Iterator[None]:
    """What is done within this to the plan of this group happened when ``wanted`` says."""
    begun, moment = timezone.now(), _moment(wanted)
    yield
    for rows, field in _moments_of(slug):
        rows.filter(**{f"{field}__gte": begun}).update(**{field: moment})
    opened = Consultation.objects.filter(plan__working_group__slug=slug, opened_at=moment)
    said = Endorsement.objects.filter(consultation__plan__working_group__slug=slug, said_at=moment)
    date_back([*(f"consultation:{one.pk}" for one in opened), *(f"word:{one.pk}" for one in said)], moment)


def _moment(wanted: Mapping[str, Any]) -> datetime:
    at = wanted["at"]
    today = timezone.now().replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today - timedelta(days=wanted["days"])


def _moments_of(slug: str) -> tuple[tuple[QuerySet[Any, Any], str], ...]:
    """Where it stands when something was done to the plan of this group. No hash and no checksum is made of it."""
    of_plan = {"plan__working_group__slug": slug}
    of_consultation = {"consultation__plan__working_group__slug": slug}
    return (
        (StrategicPlan.objects.filter(working_group__slug=slug), "started_at"),
        (Document.objects.filter(kind=DOCUMENT_KIND, key=slug), "created_at"),
        (DocumentUpdate.objects.filter(document__kind=DOCUMENT_KIND, document__key=slug), "created_at"),
        (Action.objects.filter(**of_plan), "changed_at"),
        (Version.objects.filter(**of_plan), "frozen_at"),
        (Version.objects.filter(**of_plan), "published_at"),
        (Consultation.objects.filter(**of_plan), "opened_at"),
        (ConsultationStep.objects.filter(**of_consultation), "at"),
        (Endorsement.objects.filter(**of_consultation), "said_at"),
        (StreamEvent.objects.filter(stream__name=f"{STREAM_KIND}:{slug}"), "created_at"),
    )


def _day(action: dict[str, Any], name: str) -> date | None:
    return timezone.localdate() + timedelta(days=action[name]) if name in action else None


def _terms(action: dict[str, Any], organisations: Mapping[str, Organisation]) -> ActionTerms:
    amounts = {name: Decimal(action[name]) if name in action else None for name in ("budget", "baseline", "target")}
    return ActionTerms(
        title=action["title"],
        description=action["description"],
        lead=organisations[action["lead"]],
        partners=tuple(organisations[slug] for slug in action["partners"]),
        starts_on=_day(action, "starts_in_days"),
        ends_on=_day(action, "ends_in_days"),
        indicator=action["indicator"],
        unit=action["unit"],
        **amounts,
    )
