"""/metrics is there for whoever has the token, and says how much the process has to do."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.test import Client

from forums.domain.posting import start_topic
from groups.domain.tokens import make_token
from groups.models import WorkingGroup
from tests.collab.editors import online
from tests.conftest import Cast
from tests.live.conftest import cookies_of, tab
from tests.servers import Server

TOKEN = "a-token-that-nobody-guesses"


def ask(client: Client, token: str = "", **headers: str) -> Any:
    return client.get("/metrics", headers=({"Authorization": f"Bearer {token}"} if token else {}) | headers)


def figures(page: str) -> dict[str, float]:
    """Every figure by its name with its labels."""
    lines = [line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


@pytest.fixture
def measured(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    at = settings.MIDDLEWARE.index("workspace.health.healthz") + 1
    person = settings.MIDDLEWARE.index("groups.middleware.PersonMiddleware") + 1
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE[:at],
        "workspace.metrics.metrics",
        *settings.MIDDLEWARE[at:person],
        "workspace.metrics.RequestMetrics",
        *settings.MIDDLEWARE[person:],
    ]


def test_unless_it_is_asked_for_there_is_no_such_page(cast: Cast, client_of: Callable[..., Client]) -> None:
    for person in (None, *cast.everyone().values()):
        assert ask(client_of(person)).status_code == 404
        assert ask(client_of(person), TOKEN).status_code == 404


def test_it_is_for_the_token_alone(cast: Cast, client_of: Callable[..., Client], measured: None) -> None:
    for person in (None, *cast.everyone().values()):
        client = client_of(person)
        for wrong in ("", "wrong", TOKEN[:-1], f"{TOKEN}x", "ą" * 20):
            assert ask(client, wrong).status_code == 404, (person, wrong)
        assert client.get(f"/metrics?token={TOKEN}").status_code == 404
        assert client.post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404
    _token, secret = make_token(person=cast.secretariat, name="mine")
    assert ask(Client(), secret).status_code == 404
    answer = ask(Client(), TOKEN, Host="10.0.0.7:8001")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_requests_are_counted_by_view_and_by_methods_that_exist(
    cast: Cast, agrifood: WorkingGroup, client_of: Callable[..., Client], measured: None
) -> None:
    topic, _is_new = start_topic(working_group=agrifood, author=cast.agency, title="Secret title", source="Text")
    client = client_of(cast.partner)
    view = 'django_http_requests_latency_seconds_by_view_method_count{{method="{}",view="forums:topic"}}'
    before = figures(ask(client, TOKEN).content.decode())
    client.get(f"/topics/{topic.pk}/")
    client.generic("CONJURE", f"/topics/{topic.pk}/")
    page = ask(client, TOKEN).content.decode()
    after = figures(page)
    assert after[view.format("GET")] == before.get(view.format("GET"), 0) + 1
    assert view.format("<invalid method>") in after
    assert "CONJURE" not in page
    assert "Secret title" not in page
    assert "cast.example" not in page


@pytest.mark.server
async def test_it_counts_sockets_streams_documents_and_how_long_their_commits_take(
    new_server: Callable[..., Server],
) -> None:
    server = await asyncio.to_thread(
        new_server, METRICS_TOKEN=TOKEN, DJANGO_SETTINGS_MODULE="tests.collab.scratch.settings"
    )
    topic = server.shell(
        "from collab.domain import create_document; "
        "create_document(kind='scratch', key='one', texts={'a': ''}, person_id=None); "
        "from forums.models import Topic; print(Topic.objects.filter(forum__working_group__slug='agrifood')[0].pk)"
    ).strip()
    headers = await asyncio.to_thread(cookies_of, server, "partner")
    token = headers["Cookie"].split("csrftoken=")[1].split(";")[0]

    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:

        async def now() -> dict[str, float]:
            answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
            assert answer.status_code == 200
            return figures(answer.text)

        begun = await now()
        assert begun["workspace_live_sockets"] == begun["workspace_streams"] == begun["workspace_documents"] == 0
        async with (
            tab(server, "", **headers) as page,
            online(f"{server.ws}/ws/docs/scratch/one", headers) as editor,
        ):
            await page.subscribe(f"topic:{topic}")
            sent = headers | {"X-CSRFToken": token}
            posted = await client.post(f"/api/topics/{topic}/posts", json={"source": "Counted"}, headers=sent)
            assert posted.status_code == 201
            await page.hear()
            await editor.type("a", 0, "Counted")
            await editor.saved_all()
            busy = await now()
        counted = {
            "workspace_live_sockets": 1,
            "workspace_document_sockets": 1,
            "workspace_streams": 1,
            "workspace_subscriptions": 1,
            "workspace_documents": 1,
            "workspace_document_members": 1,
            "workspace_events_unacknowledged": 1,
            "workspace_events_delivered_total": 1,
            "workspace_documents_commit_seconds_count": 1,
        }
        assert {name: busy[name] for name in counted} == counted
        assert busy["workspace_events_commit_seconds_count"] >= 1
        assert busy["workspace_events_published_total"] >= busy["workspace_events_commit_seconds_count"]
        assert 0 < busy["workspace_documents_acknowledgement_seconds_sum"] < 10
        waiting = ("jobs", "hints", "document_updates", "http")
        assert {name: busy[f"workspace_{name}_waiting"] for name in waiting} == dict.fromkeys(waiting, 0)
        assert busy['django_http_responses_total_by_status_total{status="201"}'] == 1
