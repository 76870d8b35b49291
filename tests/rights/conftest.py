"""The stage on which the table of rights is tried: everybody, and something of everything inside Agrifood."""

import importlib
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

from groups.models import Mandate, Person, Region, WorkingGroup
from tests.conftest import Cast
from tests.rights.table import EVERYBODY, MANDATE_HOLDER, PUBLIC, Channel, Row, Stage

MODULES: list[ModuleType] = [
    importlib.import_module(f"tests.rights.{path.stem}") for path in sorted(Path(__file__).parent.glob("rows_*.py"))
]
ROWS: list[Row] = [row for module in MODULES for row in module.ROWS]
CHANNELS: list[Channel] = [channel for module in MODULES for channel in getattr(module, "CHANNELS", [])]


@pytest.fixture
def stage(
    cast: Cast,
    agrifood: WorkingGroup,
    tourism: WorkingGroup,
    lombardy: Region,
    client_of: Callable[[Person | None], Client],
) -> Stage:
    voice = Person.objects.create_user("mandate_holder@cast.example", "a long password", name="Mandate holder")
    Mandate.objects.create(person=voice, region=lombardy)
    people: dict[str, Person | None] = {PUBLIC: None, MANDATE_HOLDER: voice, **cast.everyone()}
    assert people.keys() == EVERYBODY
    signed_in = {None if person is None else person.pk: client_of(person).cookies for person in people.values()}

    def client_with_session(person: Person | None) -> Client:
        client = Client()
        client.cookies = SimpleCookie(signed_in[None if person is None else person.pk].output(header=""))
        return client

    stage = Stage(cast, agrifood, tourism, people, {}, client_with_session)
    for module in MODULES:
        if hasattr(module, "objects"):
            stage.things.update(module.objects(stage))
    return stage
