"""A query that is put into SQL once finds what its queryset finds, whatever it is asked with."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from groups.enums import Role
from groups.models import Membership, Organisation, Person, WorkingGroup
from prepared import queries
from prepared.queries import Prepared
from tests.conftest import Cast


def members(group: int, roles: list[str]) -> QuerySet[Membership]:
    found = Membership.objects.filter(working_group_id=group, role__in=roles)
    return found.select_related("person__organisation__region", "working_group").order_by("pk")


def columns(group: int, roles: list[str]) -> QuerySet[Membership, Any]:
    return members(group, roles).values_list("pk", "started_at", "person__is_active", "person__name")


@pytest.mark.parametrize("roles", [[Role.PARTNER.value], [Role.AGENCY.value, Role.OBSERVER.value]])
def test_the_models_are_those_of_the_queryset_with_what_was_selected_along(
    cast: Cast, agrifood: WorkingGroup, tourism: WorkingGroup, roles: list[str]
) -> None:
    prepared: Prepared[Membership] = Prepared(members)
    for group in (agrifood, tourism):
        with CaptureQueriesContext(connection) as captured:
            found = prepared.rows(group.pk, roles)
            regions = [each.person.organisation and each.person.organisation.region for each in found]
        assert len(captured) == 1
        expected = list(members(group.pk, roles))
        assert found == expected
        assert [each.__dict__.keys() for each in found] == [each.__dict__.keys() for each in expected]
        assert regions == [each.person.organisation and each.person.organisation.region for each in expected]


def test_columns_are_those_of_the_queryset_in_python_s_types(cast: Cast, agrifood: WorkingGroup) -> None:
    roles = [role.value for role in Role]
    found = Prepared(columns, lambda *row: row).rows(agrifood.pk, roles)
    assert found == list(columns(agrifood.pk, roles))
    assert len(found) == 7


def test_columns_that_only_order_the_rows_are_no_part_of_them(cast: Cast) -> None:
    def in_order(role: str) -> QuerySet[Organisation, Any]:
        found = Organisation.objects.filter(people__memberships__role=role).distinct()
        return found.order_by("-region__position", "name").values_list("name")

    assert Prepared(in_order, lambda name: name).rows("partner") == ["A firm near Milan"]


def test_it_is_put_into_sql_once_for_values_of_one_shape(cast: Cast, agrifood: WorkingGroup) -> None:
    built = []

    def counted(group: int, roles: list[str]) -> QuerySet[Membership]:
        built.append(len(roles))
        return members(group, roles)

    prepared: Prepared[Membership] = Prepared(counted)
    for roles in (["partner"], ["agency"], ["partner", "agency"], ["deputy"], ["deputy", "observer"]):
        prepared.rows(agrifood.pk, roles)
    assert built == [1, 2]


def test_where_nothing_can_be_found_the_database_is_not_asked(cast: Cast, agrifood: WorkingGroup) -> None:
    prepared: Prepared[Membership] = Prepared(members)
    with CaptureQueriesContext(connection) as captured:
        assert prepared.rows(agrifood.pk, []) == []
        assert prepared.first(agrifood.pk, []) is None
    assert len(captured) == 0


def test_nothing_and_a_number_are_asked_for_each_in_their_own_way(cast: Cast) -> None:
    named: Prepared[Person] = Prepared(
        lambda organisation: Person.objects.filter(organisation_id=organisation).order_by("pk")
    )
    homeless = Person.objects.create(email="x@cast.example", name="X")
    assert named.rows(None) == [homeless]
    assert named.first(cast.agency.organisation_id) == cast.agency
    assert named.rows(None) == [homeless]


@pytest.mark.parametrize(
    "queryset",
    [
        lambda number: Person.objects.all()[:number],
        lambda number: Person.objects.filter(pk=number + 1),
        lambda number: Person.objects.all() if number else Person.objects.none(),
    ],
    ids=["a limit", "another number", "a choice"],
)
def test_a_value_that_is_not_passed_on_as_it_is_is_refused(
    db: None, queryset: Callable[[int], QuerySet[Person]]
) -> None:
    with pytest.raises(ValueError, match="do not reach the database"):
        Prepared(queryset).rows(3)


def test_sequences_of_ever_other_lengths_do_not_fill_the_memory(
    cast: Cast, agrifood: WorkingGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_STATEMENTS", 3)
    counted = Prepared(
        lambda people: Person.objects.filter(pk__in=people).values("is_active").annotate(found=Count("pk")).order_by(),
        lambda is_active, found: (is_active, found),
    )
    for length in range(1, 12):
        assert counted.rows([cast.partner.pk] * length) == [(True, 1)]
        assert len(counted._statements) <= 3
