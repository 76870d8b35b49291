"""The network's file, loaded: once, twice, edited, broken."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from groups.domain.json_source import SourceError
from groups.domain.network import load_network
from groups.management.commands.load_network import NETWORK_FILE
from groups.models import Milestone, Network, Organisation, Region, WorkingGroup

pytestmark = pytest.mark.django_db
SOURCE = NETWORK_FILE.read_bytes()


def edited(edit: Callable[[dict[str, Any]], object]) -> bytes:
    facts = json.loads(SOURCE)
    edit(facts)
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()


def everything() -> list[list[dict[str, Any]]]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Network, Region, Organisation, WorkingGroup, Milestone)
    ]


def test_the_file_becomes_rows() -> None:
    load_network(source=SOURCE)
    network = Network.objects.get()
    assert (network.slug, str(network.starts_on), str(network.ends_on)) == ("clusters-cord", "2010-03-01", "2013-02-28")
    assert network.lead_partner == Organisation.objects.get(slug="rra-usti")
    assert [region.code for region in Region.objects.all()][:3] == ["PL51", "CZ04", "PL22"]
    assert Organisation.objects.filter(is_agency=True).count() == 10
    assert list(WorkingGroup.objects.values_list("slug", "accent")) == [
        ("agrifood", "green"),
        ("energy-environment", "petrol"),
        ("tourism", "terracotta"),
        ("ict", "indigo"),
        ("life-sciences", "plum"),
    ]
    agrifood = WorkingGroup.objects.get(slug="agrifood")
    assert agrifood.coordinating_organisation == Organisation.objects.get(slug="milano-metropoli")
    assert agrifood.supporting_organisation == Organisation.objects.get(slug="parco-tecnologico-padano")


def test_what_the_file_does_not_know_stays_unknown() -> None:
    load_network(source=SOURCE)
    cvirr = Organisation.objects.get(slug="cvirr")
    assert (cvirr.seat, cvirr.lat, cvirr.lon) == ("", None, None)
    tourism = WorkingGroup.objects.get(slug="tourism")
    assert (tourism.coordinating_organisation, tourism.supporting_organisation) == (None, None)
    assert Milestone.objects.get(kind="plan").organiser is None


def test_loading_twice_changes_nothing_and_says_so() -> None:
    call_command("load_network", stdout=StringIO())
    before = everything()
    said = StringIO()
    call_command("load_network", stdout=said)
    assert said.getvalue() == "Nothing changed: the database says what the file says.\n"
    assert everything() == before


def test_an_edited_file_updates_its_rows_and_names_what_it_has_no_more() -> None:
    load_network(source=SOURCE)
    ids = dict(WorkingGroup.objects.values_list("slug", "pk"))

    def edit(facts: dict[str, Any]) -> None:
        facts["groups"][2]["name"] = "Slow tourism"
        facts["groups"].insert(0, facts["groups"].pop(1))
        facts["agencies"][1]["seat"] = "Jihlava"
        del facts["milestones"][0]
        facts["groups"].append({"slug": "creative", "name": "Creative", "coordinator": None, "supported_by": None})

    loaded = load_network(source=edited(edit))
    assert loaded.created == ["working group creative"]
    assert loaded.updated == [
        "organisation cvirr (seat)",
        "working group energy-environment (position)",
        "working group agrifood (position)",
        "working group tourism (name)",
    ]
    assert loaded.left == ["milestone First International Benchmarking Conference"]
    assert WorkingGroup.objects.get(name="Slow tourism").pk == ids["tourism"]
    assert WorkingGroup.objects.get(slug="agrifood").accent == "green"
    assert WorkingGroup.objects.get(slug="creative").accent == "green"
    assert Milestone.objects.filter(title="First International Benchmarking Conference").exists()


def put(*path: str | int, value: object) -> bytes:
    def edit(facts: dict[str, Any]) -> None:
        place: Any = facts
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return edited(edit)


BROKEN = {
    "not JSON": (
        SOURCE.replace(b'"name": "Clusters-CORD",', b'"name": "Clusters-CORD"'),
        "line 4: this is not JSON: Expecting",
    ),
    "cut short": (SOURCE[:3000], "this is not JSON"),
    "empty": (b"", "line 1: this is not JSON"),
    "not UTF-8": (SOURCE.replace("Śląskie".encode(), b"\xff"), "this is not UTF-8"),
    "no object": (b"[]", r"line 1: \$ must be an object, not \[\]"),
    "nested without end": (b"[" * 100_000, "line 1: this is nested too deeply"),
    "a name twice": (SOURCE.replace(b'"programme":', b'"name":', 1), r'line 5: \$ has "name" twice'),
    "not a number": (SOURCE.replace(b'"lat": 50.66', b'"lat": NaN'), "line 23: this is not JSON: NaN"),
    "an endless number": (SOURCE.replace(b'"lat": 50.66', b'"lat": 1e999'), "line 23: this is not JSON: 1e999"),
    "a latitude in words": (
        put("regions", 3, "lat", value="49"),
        r'\$.regions\[3\].lat must be a number from -90 to 90, not "49"',
    ),
    "a latitude beyond the pole": (
        put("regions", 3, "lat", value=90.5),
        r"\.lat must be a number from -90 to 90, not 90.5",
    ),
    "a longitude that is true": (
        put("regions", 3, "lon", value=True),
        r"\.lon must be a number from -180 to 180, not true",
    ),
    "half a seat": (
        put("agencies", 0, "lon", value=None),
        r"\$.agencies\[0\].lat and lon must both be known or both be null",
    ),
    "a name that is null": (put("regions", 0, "name", value=None), r"\$.regions\[0\].name must be a text, not null"),
    "a blank name": (put("groups", 0, "name", value="  "), r"\$.groups\[0\].name must not be blank"),
    "a name with NUL": (put("groups", 0, "name", value="a\0b"), r"name has characters that cannot be shown"),
    "half a surrogate pair": (
        SOURCE.replace(b'"name": "ICT"', rb'"name": "\ud800"'),
        "name has characters that cannot be shown",
    ),
    "a very long name": (put("groups", 0, "name", value="x" * 201), "must have at most 200 characters"),
    "no slug": (put("groups", 0, "slug", value="Agri food"), "must be a slug"),
    "a code of five": (put("regions", 0, "code", value="PL511"), "must be a NUTS 2 code"),
    "an unknown region": (
        put("agencies", 0, "region", value="CZ99"),
        r'region must be null or name a region of this file, not "CZ99"',
    ),
    "an unknown coordinator": (
        put("groups", 1, "coordinator", value="nobody"),
        r"\$.groups\[1\].coordinator must be null or name an",
    ),
    "an unknown lead partner": (
        put("lead_partner", value=7),
        r"\$.lead_partner must be null or name an organisation of this file, not 7",
    ),
    "two groups of one slug": (
        put("groups", 1, "slug", value="agrifood"),
        r'\$.groups\[1\].slug is "agrifood" a second time \(first on line',
    ),
    "one slug in both lists": (
        put("other_organisations", 0, "slug", value="wrs"),
        r'\$.other_organisations\[0\].slug is "wrs" a second time',
    ),
    "two regions in one place": (put("regions", 1, "position", value=1), "position is 1 a second time"),
    "a date of words": (
        put("starts_on", value="March 2010"),
        r'\$.starts_on must be a date such as 2012-01-31, not "March 2010"',
    ),
    "a day that is not": (put("milestones", 0, "on", value="2011-02-30"), r"\$.milestones\[0\].on must be a date"),
    "an end before the start": (put("ends_on", value="2009-01-01"), r"\$.ends_on must not lie before starts_on"),
    "a milestone backwards": (
        put("milestones", 1, "to", value="2011-01-01"),
        r"\$.milestones\[1\].to must not lie before from",
    ),
    "a milestone twice dated": (put("milestones", 1, "on", value="2012-01-01"), 'has both "on" and "from" or "to"'),
    "a missing list": (edited(lambda facts: facts.pop("groups")), r'line 1: \$ has no "groups"'),
    "a missing member": (edited(lambda facts: facts["agencies"][2].pop("seat")), r'\$.agencies\[2\] has no "seat"'),
    "a misspelt member": (
        put("regions", 0, "latitude", value=1),
        r"\$.regions\[0\].latitude is not a member that is known here",
    ),
    "a list that is none": (put("regions", value="ten"), r'\$.regions must be a list, not "ten"'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_whole_with_its_line(name: str) -> None:
    load_network(source=put("groups", 0, "name", value="Before"))
    before = everything()
    source, reason = BROKEN[name]
    with pytest.raises(SourceError, match=reason) as refusal:
        load_network(source=source)
    assert str(refusal.value).startswith(f"line {refusal.value.line}: ")
    assert everything() == before


def test_a_fault_is_pointed_at_by_its_line() -> None:
    with pytest.raises(SourceError) as refusal:
        load_network(source=SOURCE.replace(b'"lat": 48.31', b'"lat": -181'))
    assert refusal.value.line == 31
    assert SOURCE.splitlines()[30].strip().startswith(b'{"slug": "wko-ooe"')


def test_a_slug_that_another_region_has_is_refused() -> None:
    load_network(source=SOURCE)

    def edit(facts: dict[str, Any]) -> None:
        facts["regions"][2]["code"] = facts["agencies"][2]["region"] = "PL24"

    with pytest.raises(SourceError, match='"slaskie" is the slug of the region PL22 already'):
        load_network(source=edited(edit))


def test_the_command_ends_with_the_reason_and_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(SOURCE.replace(b'"lat": 50.66', b'"lat": "x"'))
    with pytest.raises(CommandError) as refusal:
        call_command("load_network", str(file))
    assert refusal.value.returncode == 1
    assert str(refusal.value) == (
        f'{file}, line 23: $.agencies[0].lat must be a number from -90 to 90, not "x". Nothing was loaded.'
    )
    assert everything() == [[], [], [], [], []]


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent\.json cannot be read: No such file or directory\."):
        call_command("load_network", str(tmp_path / "absent.json"))
