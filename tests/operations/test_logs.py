"""What the log says of a trouble: where it was and whose, in one line, and nothing of what people wrote."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from forums.domain.posting import start_topic
from groups.domain.tokens import make_token
from groups.models import WorkingGroup
from tests.conftest import Cast
from workspace.logs import Lines

WRITTEN = "What the dairies really pay"
PASSWORD = "correct-horse-battery"
ADDRESS = "ada.lead@network.example"


class Lined(logging.Handler):
    """The lines that a process would write outside the demo."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Lines(as_json=True, details=False))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def log() -> Iterator[Lined]:
    handler = Lined()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
    assert all("\n" not in line for line in handler.lines)
    secrets = (WRITTEN, PASSWORD, ADDRESS, "ada.lead", "Traceback")
    assert [secret for secret in secrets for line in handler.lines if secret in line] == []


def break_with(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Has what is called there fail as a database does, which quotes the row."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise IntegrityError(
            f"null value in column\nDETAIL: Failing row contains (81, {WRITTEN}, {ADDRESS}, {kwargs})."
        )

    monkeypatch.setattr(where, refuse)


def test_a_write_that_fails_says_whose_it_was_and_where_it_broke(
    cast: Cast, agrifood: WorkingGroup, log: Lined, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, _is_new = start_topic(working_group=agrifood, author=cast.agency, title=WRITTEN, source=WRITTEN)
    _token, secret = make_token(person=cast.partner, name="mine")
    break_with(monkeypatch, "forums.models.Post.save")
    answer = Client(raise_request_exception=False).post(
        f"/api/topics/{topic.pk}/posts",
        json.dumps({"source": f"{WRITTEN} {ADDRESS}"}),
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 500
    (said,) = log.said
    assert said["event"] == "Internal Server Error: /api/topics/<int:topic_id>/posts"
    assert (said["level"], said["logger"]) == ("error", "django.request")
    assert (said["method"], said["route"]) == ("POST", "/api/topics/<int:topic_id>/posts")
    assert said["person_id"] == cast.partner.pk
    assert said["request_id"] == answer["X-Request-ID"]
    assert said["errors"][-1]["error"] == "IntegrityError"
    assert any(place.startswith("forums/domain/posting.py:") for place in said["errors"][-1]["at"])
    assert secret not in log.lines[0]


def test_a_sign_in_that_fails_tells_neither_the_password_nor_whose(
    cast: Cast, log: Lined, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_with(monkeypatch, "allauth.account.auth_backends.AuthenticationBackend.authenticate")
    form = {"login": ADDRESS, "password": PASSWORD}
    assert Client(raise_request_exception=False).post("/accounts/login/", form).status_code == 500
    assert [line["route"] for line in log.said] == ["/accounts/login/"]


def test_an_address_that_is_a_secret_is_not_told_before_its_route_is_known(
    cast: Cast, agrifood: WorkingGroup, log: Lined, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError(args)

    monkeypatch.setattr("groups.session_store.SessionStore.load", broken)
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "akeyofasession"
    assert client.get("/invitations/a-long-secret/").status_code == 500
    assert [line["event"] for line in log.said] == ["Internal Server Error: (not found yet)"]
    assert [secret for secret in ("a-long-secret", "akeyof") if secret in log.lines[0]] == []


def test_what_is_only_about_this_machine_is_told(log: Lined) -> None:
    logger = logging.getLogger("rooms")
    logger.error("%s failed: %s", "The commit", OperationalError("connection refused\nDETAIL: " + WRITTEN))
    logger.error("%s failed: %s", "The mail", OSError(28, "No space left on device"))
    logger.error("%s failed: %s", "The text", ValueError(WRITTEN))
    logger.error(KeyError(WRITTEN))
    logger.warning("The mail to %s is not sent by smtp+tls://%s:%s@mail.example:587", ADDRESS, "me", PASSWORD)
    assert [line["event"] for line in log.said] == [
        "The commit failed: OperationalError: connection refused",
        "The mail failed: OSError: [Errno 28] No space left on device",
        "The text failed: ValueError",
        "KeyError",
        "The mail to [address] is not sent by smtp+tls://[hidden]@mail.example:587",
    ]


async def test_a_task_that_nobody_waited_for_does_not_show_what_it_carried(log: Lined) -> None:
    async def fail() -> None:
        raise ValueError(WRITTEN)

    task = asyncio.ensure_future(fail())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    assert [(line["event"], line["errors"][0]["error"]) for line in log.said] == [
        ("Task exception was never retrieved", "ValueError")
    ]


def test_a_line_per_request_is_written_only_where_it_is_asked_for(
    cast: Cast, log: Lined, client_of: Callable[..., Client], settings: Any
) -> None:
    logging.getLogger("workspace.tracing").setLevel(logging.INFO)
    client = client_of(cast.partner)
    client.get("/groups/agrifood/?text=" + WRITTEN)
    assert log.lines == []
    settings.LOG_REQUESTS = True
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client.get("/groups/agrifood/?text=" + WRITTEN, headers={"X-Request-ID": "0123456789abcdef"})
    client.get("/invitations/a-long-secret/", headers={"X-Request-ID": ADDRESS})
    first, second = log.said
    assert first.pop("milliseconds") > 0
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "answered",
        "level": "info",
        "logger": "workspace.tracing",
        "method": "GET",
        "person_id": cast.partner.pk,
        "request_id": "0123456789abcdef",
        "route": "/groups/<slug:slug>/",
        "status": 200,
    }
    assert "a-long-secret" not in json.dumps(second)


def test_a_name_for_the_request_is_taken_from_our_own_proxy_alone(client: Client, db: None) -> None:
    assert client.get("/", headers={"X-Request-ID": "0123456789abcdef"})["X-Request-ID"] != "0123456789abcdef"


def test_in_the_demo_the_lines_are_to_be_read_and_errors_are_told_in_full() -> None:
    try:
        raise ValueError("what it says")
    except ValueError as error:
        record = logging.LogRecord(
            "rooms", logging.ERROR, "", 0, "%s failed", ("It",), (ValueError, error, error.__traceback__)
        )
    line, *rest = Lines(as_json=False, details=True).format(record).splitlines()
    assert line.split("Z ", 1)[1].startswith("[error    ] It failed [rooms]")
    assert rest[0] == "Traceback (most recent call last):"
    assert rest[-1] == "ValueError: what it says"
