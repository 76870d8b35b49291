"""The fixed cast of people, and the real components, that every room's tests share."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import cache

import pytest
from allauth.account.models import EmailAddress
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from groups.enums import NetworkOffice, Role
from groups.models import Mandate, Membership, Network, OfficeHolding, Organisation, Person, Region, WorkingGroup
from sockets.database import stop_all
from tests import backing, browsers
from tests.servers import Server, Template
from tests.sizes import SCALED


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether the database that tests/settings.py has copied is taken as it is."""
    return bool(os.environ.get("WORKSPACE_TEST_EMPTY")) and not SCALED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """A database cannot be dropped while a socket's thread, or the thread of asynchronous views, has it open."""
    yield
    stop_all()
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture(autouse=True)
def _own_words_and_hours() -> Iterator[None]:
    """A request leaves its language and time zone behind in its thread; the next test begins with the defaults."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        yield


@pytest.fixture
def network(db: None) -> Network:
    return Network.objects.create(slug="clusters-cord", name="Clusters-CORD")


@pytest.fixture
def silesia(db: None) -> Region:
    return Region.objects.create(
        code="PL22",
        slug="slaskie",
        name="Silesia",
        native_name="Śląskie",
        country="PL",
        language="pl",
        lat=50.3,
        lon=19.0,
        position=3,
    )


@pytest.fixture
def lombardy(db: None) -> Region:
    return Region.objects.create(
        code="ITC4",
        slug="lombardia",
        name="Lombardy",
        native_name="Lombardia",
        country="IT",
        language="it",
        lat=45.6,
        lon=9.8,
        position=10,
    )


@pytest.fixture
def agrifood(network: Network) -> WorkingGroup:
    return WorkingGroup.objects.create(network=network, slug="agrifood", name="Agrifood", accent="green", position=1)


@pytest.fixture
def tourism(network: Network) -> WorkingGroup:
    return WorkingGroup.objects.create(network=network, slug="tourism", name="Tourism", accent="terracotta", position=3)


@dataclass(frozen=True)
class Cast:
    """One person per role, with one who was removed and one who was deactivated; all groups' names are Agrifood's
    unless said: ``outsider`` is a partner and ``other_coordinator`` the coordinator of Tourism."""

    coordinator: Person
    deputy: Person
    agency: Person
    partner: Person
    observer: Person
    outsider: Person
    other_coordinator: Person
    secretariat: Person
    director: Person
    removed: Person
    deactivated: Person

    def everyone(self) -> dict[str, Person]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


hashed = cache(make_password)


@pytest.fixture
def cast(agrifood: WorkingGroup, tourism: WorkingGroup, silesia: Region, lombardy: Region) -> Cast:
    agency = Organisation.objects.create(slug="arr-bielsko", name="ARR Bielsko", region=silesia, is_agency=True)
    firm = Organisation.objects.create(slug="firm", name="A firm near Milan", region=lombardy)

    places: dict[str, tuple[WorkingGroup, Role] | None] = {
        "coordinator": (agrifood, Role.COORDINATOR),
        "deputy": (agrifood, Role.DEPUTY),
        "agency": (agrifood, Role.AGENCY),
        "partner": (agrifood, Role.PARTNER),
        "observer": (agrifood, Role.OBSERVER),
        "outsider": (tourism, Role.PARTNER),
        "other_coordinator": (tourism, Role.COORDINATOR),
        "secretariat": None,
        "director": None,
        "removed": (agrifood, Role.PARTNER),
        "deactivated": (agrifood, Role.PARTNER),
    }
    people = Cast(
        **{
            name: Person(
                email=f"{name}@cast.example",
                password=hashed("a long password"),
                name=name.title(),
                organisation=agency if name == "agency" else firm,
                is_active=name != "deactivated",
            )
            for name in places
        }
    )
    # Nearly every test has a cast: some statements make it, not one for each row.
    everyone = people.everyone()
    Person.objects.bulk_create(everyone.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in everyone.values()
    )
    Membership.objects.bulk_create(
        Membership(
            person=everyone[name],
            working_group=place[0],
            role=place[1],
            ended_at=timezone.now() if name == "removed" else None,
        )
        for name, place in places.items()
        if place
    )
    Mandate.objects.create(person=people.agency, region=silesia)
    OfficeHolding.objects.create(person=people.secretariat, office=NetworkOffice.SECRETARIAT)
    OfficeHolding.objects.create(person=people.director, office=NetworkOffice.EXCHANGE_DIRECTOR)
    return people


@pytest.fixture
def client_of() -> Callable[[Person | None], Client]:
    """A test client signed in as this person; nobody's for None. A deactivated person's sign-in does not hold."""

    def client_for(person: Person | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return client_for


# What a test asks for that asks a database or Redis.
BACKED = {"db", "transactional_db", "new_server", "shared_server", "postgresql_url", "redis", "lasting_redis"}


def is_backed(item: pytest.Item) -> bool:
    asked = set(item.fixturenames) if isinstance(item, pytest.Function) else set()
    return bool(asked & BACKED) or item.get_closest_marker("django_db") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that start servers and browsers come first: a long one begun last would leave the other worker idle. What
    asks neither a database nor Redis is not run again on the scaled profile."""
    if SCALED:
        config.hook.pytest_deselected(items=[item for item in items if not is_backed(item)])
        items[:] = filter(is_backed, items)
    slow = {item.path for item in items if item.get_closest_marker("browser") or item.get_closest_marker("server")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The server of the whole run where `make test` started one, else one of this worker's own."""
    if given := os.environ.get("WORKSPACE_TEST_POSTGRESQL"):
        yield given
        return
    with backing.postgresql() as url:
        yield url


@pytest.fixture
def redis() -> Iterator[backing.Redis]:
    with backing.redis() as server:
        yield server


@pytest.fixture(scope="session")
def lasting_redis() -> Iterator[backing.Redis]:
    with backing.redis() as server:
        yield server


@contextmanager
def template_of(run: str, *backing_urls: str) -> Iterator[Template]:
    """The template that `make test` prepared for all workers, else one of this worker's own."""
    if run in os.environ:
        yield Template(*backing_urls, prepared=os.environ[run])
        return
    template = Template(*backing_urls).prepare()
    yield template
    template.remove()


@pytest.fixture(scope="session")
def embedded_template() -> Iterator[Template]:
    with template_of("WORKSPACE_TEST_EMBEDDED") as template:
        yield template


@pytest.fixture(scope="session")
def scaled_template(postgresql_url: str, lasting_redis: backing.Redis) -> Iterator[Template]:
    with template_of("WORKSPACE_TEST_SCALED", postgresql_url, lasting_redis.url) as template:
        yield template


def template_in(request: pytest.FixtureRequest, *, scaled: bool) -> Template:
    template: Template = request.getfixturevalue("scaled_template" if scaled else "embedded_template")
    return template


@pytest.fixture
def new_server(request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """Makes a started server from a template: SQLite's by default, PostgreSQL and Redis with ``scaled=True``.

    The run of the scaled profile (WORKSPACE_TEST_PROFILE=scaled) makes every server a scaled one.
    """
    with ExitStack() as stack:

        def make(*, scaled: bool = SCALED, **environment: str) -> Server:
            server = Server(template_in(request, scaled=scaled))
            server.environment |= environment
            stack.callback(server.remove)
            return server.start()

        yield make


@pytest.fixture
def server(new_server: Callable[..., Server]) -> Server:
    return new_server()


@pytest.fixture(scope="module")
def shared_environment() -> dict[str, str]:
    """What else is in the environment of the ``shared_server``; rooms and modules have their own."""
    return {}


@pytest.fixture(scope="module")
def shared_server(request: pytest.FixtureRequest, shared_environment: dict[str, str]) -> Iterator[Server]:
    """One server for those tests of a module that leave it as it was, or change what no other looks at."""
    server = Server(template_in(request, scaled=SCALED))
    server.environment |= shared_environment
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one module: while Playwright runs, its event loop does, and nobody else's can."""
    expect.set_options(timeout=browsers.PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browsers.chromium(), args=browsers.ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page of a browser context of its own, signed in to a server as who@demo.example (nobody: "").

    Any console error or uncaught exception of the page fails the test at its end; a test that provokes one takes it
    out of ``page.troubles``.
    """
    contexts: list[BrowserContext] = []
    pages: list[Page] = []

    def open_page(server: Server, who: str = "", *, width: int = 1440, height: int = 900, **options: object) -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        if who:
            signed_in = server.client(who)
            context.add_cookies(
                [{"name": name, "value": value, "url": server.url} for name, value in signed_in.cookies.items()]
            )
        page = context.new_page()
        page.troubles = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.troubles.append(str(error)))  # type: ignore[attr-defined]
        page.on(
            "console",
            lambda message: page.troubles.append(message.text) if message.type == "error" else None,  # type: ignore[attr-defined]
        )
        pages.append(page)
        return page

    yield open_page
    troubles = [trouble for page in pages for trouble in page.troubles]  # type: ignore[attr-defined]
    for context in contexts:
        context.close()
    assert troubles == []
