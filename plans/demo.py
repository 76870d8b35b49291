"""The demo's plans: Agrifood's with actions, a published version and a consultation, all invented; short others."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from collab.domain import add_text
from groups.models import Organisation, Person, Region, WorkingGroup
from groups.standing import standing_of
from plans.domain.action_table import ActionTerms, add_action
from plans.domain.consultations import open_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.plans import start_plan
from plans.domain.versions import freeze_version, publish_version
from plans.enums import DOCUMENT_KIND, Position
from plans.models import StrategicPlan, Version
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
    leader = people[wanted["author"]]
    plan = start_plan(working_group=working_group, person=leader)
    _write(plan, wanted["sections"], people)
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    for action in wanted.get("actions", ()):
        add_action(plan=plan, person=people[action["author"]], terms=_terms(action, organisations))
    if "version" in wanted:
        version = freeze_version(plan=plan, person=leader, name=wanted["version"])
        publish_version(version=version, person=leader)
        _consult(version, leader, wanted.get("words", ()), people)
    _write(plan, wanted.get("later_sections", ()), people)
    if "later_version" in wanted:
        version = freeze_version(plan=plan, person=leader, name=wanted["later_version"])
        _consult(version, leader, wanted.get("later_words", ()), people)


def _consult(version: Version, leader: Person, words: Iterable[dict[str, str]], people: Mapping[str, Person]) -> None:
    """Asks the regions about the version; those speak whose mandate the demo's person holds."""
    deadline = timezone.now().replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=DAYS_TO_ANSWER)
    consultation = open_consultation(version=version, person=leader, deadline=deadline)
    regions = {region.code: region for region in Region.objects.all()}
    for word in words:
        person, region = people[word["author"]], regions[word["region"]]
        if may_speak_for(standing_of(person), region.pk):
            speak_for_region(
                consultation=consultation,
                region=region,
                person=person,
                position=Position(word["position"]),
                text=word["text"],
            )


def _write(plan: StrategicPlan, sections: list[dict[str, str]], people: Mapping[str, Person]) -> None:
    ids = dict(plan.sections.values_list("heading", "id"))
    for section in sections:
        add_text(
            kind=DOCUMENT_KIND,
            key=plan.slug,
            name=ids[section["heading"]],
            text=section["text"].strip(),
            person_id=people[section["author"]].pk,
        )


def _terms(action: dict[str, Any], organisations: Mapping[str, Organisation]) -> ActionTerms:
    amounts = {name: Decimal(action[name]) if name in action else None for name in ("budget", "baseline", "target")}
    return ActionTerms(
        title=action["title"],
        description=action["description"],
        lead=organisations[action["lead"]],
        partners=tuple(organisations[slug] for slug in action["partners"]),
        starts_on=action.get("starts_on"),
        ends_on=action.get("ends_on"),
        indicator=action["indicator"],
        unit=action["unit"],
        **amounts,
    )
