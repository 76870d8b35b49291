"""A started Agrifood plan, and ways to write into it without an editor."""

from collections.abc import Callable

import pytest

from collab.domain import add_text
from groups.models import Organisation, Person, WorkingGroup
from plans.domain.plans import start_plan
from plans.enums import DOCUMENT_KIND
from plans.models import Section, StrategicPlan
from tests.conftest import Cast

Write = Callable[[Section, str, Person], None]


@pytest.fixture
def plan(cast: Cast, agrifood: WorkingGroup) -> StrategicPlan:
    return start_plan(working_group=agrifood, person=cast.coordinator)


@pytest.fixture
def sections(plan: StrategicPlan) -> list[Section]:
    return list(plan.sections.select_related("plan__working_group"))


@pytest.fixture
def write() -> Write:
    """Gives a section its first text, by this person."""

    def write_text(section: Section, text: str, person: Person) -> None:
        add_text(kind=DOCUMENT_KIND, key=section.plan.slug, name=section.id, text=text, person_id=person.pk)

    return write_text


@pytest.fixture
def mill(cast: Cast) -> Organisation:
    """An organisation of no region that is nobody's in the cast."""
    return Organisation.objects.create(slug="mill", name="A mill of no known region")
