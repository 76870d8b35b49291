"""The table of rights, held against every page and API operation that there is."""

import json
from collections import defaultdict
from types import ModuleType
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from groups.domain.tokens import make_token
from groups.models import Person
from tests.pages import PAGES
from tests.rights.conftest import MODULES, ROWS
from tests.rights.routes import API_PREFIX, operations, routes
from tests.rights.table import COORDINATOR, EVERYBODY, NOBODY, PUBLIC, SECRETARIAT, SIGN_IN, Row, Stage, Told
from tests.sizes import SCALED

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# What answers a method that a route does not have; a form or an API that has it would answer otherwise.
REFUSALS = {401, 403, 404, 405}


def ask(stage: Stage, client: Client, row: Row, **headers: str) -> HttpResponse:
    sent: Any = stage.fill(dict(row.send)) if row.send is not None else None
    options: dict[str, Any] = {"headers": {**row.headers, **headers}}
    if row.is_api and row.method != "GET":
        options |= {"data": json.dumps(sent), "content_type": "application/json"}
    elif sent is not None:
        options["data"] = sent
    address = str(stage.fill(row.address))
    cache.clear()  # the counters of how often one may try to sign in
    return getattr(client, row.method.lower())(address, **options)


def route_of(stage: Stage, row: Row) -> str:
    return resolve(str(stage.fill(row.address)).partition("?")[0]).route


def told(answer: HttpResponse) -> Told:
    signing_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return SIGN_IN if signing_in else answer.status_code


def asking(row: Row) -> list[str]:
    """Everybody. On PostgreSQL, where the same policies decide: the public, one who may and one who may not."""
    if not SCALED:
        return sorted(EVERYBODY)
    return sorted({PUBLIC, *sorted(row.may)[:1], *sorted(EVERYBODY - row.may)[:1]})


def outcomes(stage: Stage, row: Row, *, by_token: bool = False) -> dict[str, Told]:
    """What each person is told; what they did is undone before the next one asks."""
    found: dict[str, Told] = {}
    for who in asking(row):
        person = stage.people[who]
        with transaction.atomic():
            client, headers = stage.client_of(None if by_token else person), {}
            if by_token and person is not None:
                headers["Authorization"] = f"Bearer {token_of(person)}"
            answer = ask(stage, client, row, **headers)
            found[who] = told(answer)
            if row.shows:
                text = b"".join(answer) if answer.streaming else answer.content
                is_shown = str(stage.fill(row.shows)) in text.decode()
                if is_shown != (who in row.may):
                    found[who] = f"{found[who]} and {'' if is_shown else 'not '}shown {row.shows!r}"
            transaction.set_rollback(True)
    return found


def forged(stage: Stage, row: Row) -> dict[str, Told]:
    """What one of those who may is told when the request does not carry the forgery token of their session."""
    found: dict[str, Told] = {}
    for who in sorted(row.may - NOBODY)[:1]:
        client = stage.client_of(stage.people[who])
        client.handler.enforce_csrf_checks = True
        found[who] = ask(stage, client, row).status_code
    return found


def token_of(person: Person) -> str:
    """A token made while the account was open."""
    Person.objects.filter(pk=person.pk).update(is_active=True)
    _token, secret = make_token(person=person, name="the table's")
    Person.objects.filter(pk=person.pk).update(is_active=person.is_active)
    return secret


@pytest.mark.parametrize("room", MODULES, ids=lambda room: room.__name__.rpartition("_")[2])
def test_everybody_is_told_what_the_table_says(stage: Stage, room: ModuleType) -> None:
    """By session, under /api/ by token too; and a session that sends no forgery token changes nothing.

    How one shows who one is, is the same code with PostgreSQL: there the table is gone through by session alone,
    and not by everybody.
    """
    wrong = {}
    for row in room.ROWS:
        expected = {who: row.told(who) for who in asking(row)}
        tried = [("by session", outcomes(stage, row), expected)]
        if row.is_api and not SCALED:
            tried.append(("by token", outcomes(stage, row, by_token=True), expected))
        if row.method != "GET" and not SCALED:
            unproven = forged(stage, row)
            tried.append(("without the forgery token", unproven, dict.fromkeys(unproven, 403)))
        for how, found, right in tried:
            differing = {who: f"{found[who]}, not {right[who]}" for who in right if found[who] != right[who]}
            if differing:
                wrong[f"{row} {how}"] = differing
    assert wrong == {}


def test_every_route_and_operation_is_in_the_table(stage: Stage) -> None:
    known = {(row.method, route_of(stage, row)) for row in ROWS}
    missing = sorted(set(routes()) - {route for _method, route in known})
    missing += sorted(f"{method} {route}" for method, route in set(operations()) - known)
    assert missing == [], "these have no row in tests/rights/rows_*.py"


@pytest.mark.once("the pages are the same with any database")
def test_a_browser_walks_every_page(stage: Stage) -> None:
    """tests/pages.py, which the tests of accessibility go through, knows each page that somebody is shown."""
    anything: dict[str, object] = defaultdict(lambda: 1)
    found = set()
    for row in ROWS:
        if row.method == "GET" and row.status == 200 and row.may and not row.is_api:
            answer = ask(stage, stage.client_of(stage.people[min(row.may)]), row)
            if not answer.streaming and b"<h1" in answer.content:
                found.add(route_of(stage, row))
    walked = {
        resolve(place.address.format_map(anything).partition("?")[0]).route for place in PAGES if place.status != 404
    }
    assert sorted(found - walked) == []


@pytest.mark.once("the routes are the same with any database")
def test_what_is_not_in_the_table_cannot_be_done(stage: Stage) -> None:
    """No route answers to a method that no row of its own names, not even to those who may do most.

    The views for signing in are not ours: they look at who asks, and redirect, before they look at the method.
    """
    named: dict[str, set[str]] = {}
    addresses: dict[str, str] = {}
    for row in ROWS:
        address, route = str(stage.fill(row.address)), route_of(stage, row)
        named.setdefault(route, set()).add(row.method)
        if "accounts/" not in route:
            addresses.setdefault(route, address)
    answered = []
    for route, address in sorted(addresses.items()):
        for method in sorted(METHODS - named[route]):
            for who in (COORDINATOR, SECRETARIAT):
                with transaction.atomic():
                    row = Row(method, address, may=EVERYBODY)
                    status = ask(stage, stage.client_of(stage.people[who]), row).status_code
                    if status not in REFUSALS:
                        answered.append(f"{method} {route}: {status} to the {who}")
                    transaction.set_rollback(True)
    assert "\n".join(answered) == ""


def test_the_routes_of_the_api_are_those_of_its_operations() -> None:
    declared = {route for _method, route in operations()}
    frame = {API_PREFIX, f"{API_PREFIX}openapi.json", f"{API_PREFIX}docs", f"{API_PREFIX}<path:rest>"}
    assert {route for route in routes() if route.startswith(API_PREFIX)} == declared | frame
