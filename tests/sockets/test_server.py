"""The server starts alone or says why not, ends at once, and lets in whom it should."""

import asyncio
import contextlib
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.backing import free_port
from tests.servers import ROOT, Server
from tests.wire import Ended, Wire, frame

pytestmark = pytest.mark.server


def run_server(server: Server, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workspace.server", *arguments],
        cwd=ROOT,
        env=server.environment | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.once("chooses its database itself")
def test_a_second_web_process_on_sqlite_is_refused_in_one_line(new_server: Callable[..., Server]) -> None:
    server = new_server(scaled=False)
    second = run_server(server, "--port", str(free_port()))
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        (
            "Another web process serves this database. Stop it, or set DATABASE_URL (PostgreSQL) and REDIS_URL "
            "to run several."
        )
    ]
    server.kill()
    server.start()


def test_management_commands_run_beside_the_web_process(shared_server: Server) -> None:
    assert "no issues" in shared_server.manage("check")


@pytest.mark.once("a port is taken with any database")
def test_a_port_in_use_is_told_in_one_line(server: Server, tmp_path: object) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server.stop()
        refused = run_server(server, "--port", str(port))
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "in use" in refused.stderr


@pytest.mark.once("refused before there is a database")
@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_what_is_no_port_is_refused(shared_server: Server, port: str) -> None:
    refused = run_server(shared_server, f"--port={port}")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


async def test_being_asked_to_stop_it_ends_at_once_with_sockets_open_and_says_goodbye(server: Server) -> None:
    client = await asyncio.to_thread(server.client, "partner")
    headers = server.cookie_header(client)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(client.close)
        open_sockets = [
            await stack.enter_async_context(connect(f"{server.ws}/ws/live", additional_headers=headers, proxy=None))
            for _ in range(20)
        ]
        begun = time.monotonic()
        assert await asyncio.to_thread(server.stop) == 0
        assert time.monotonic() - begun < 5
        for one in open_sockets:
            await asyncio.wait_for(one.wait_closed(), 5)
            assert one.close_code == 1001
    assert "Traceback" not in server.log
    assert "never retrieved" not in server.log


async def test_a_peer_that_does_not_answer_a_close_has_two_seconds_whenever_it_was_told(shared_server: Server) -> None:
    """autobahn's own time of a second ends with the clock's whole second, which may be at once."""
    with contextlib.closing(await asyncio.to_thread(shared_server.client, "partner")) as client:
        cookies = shared_server.cookie_header(client)

    async def seconds_left(until_told: float) -> float:
        wire = await Wire.opened(shared_server, "/ws/live", cookies)
        await asyncio.sleep(until_told)
        await wire.send(frame(b"not of the protocol"))
        with pytest.raises(Ended) as told:
            await wire.hear()
        assert told.value.code == 4400
        begun = time.monotonic()
        with contextlib.suppress(ConnectionResetError):
            assert await wire.reader.read() == b""
        wire.close()
        return time.monotonic() - begun

    left = await asyncio.gather(*(seconds_left(tenth / 10) for tenth in range(10)))  # all through a second
    assert min(left) > 1.8


ORIGINS = [
    ({}, True),
    ({"Origin": "http://localhost:{port}"}, True),
    ({"Origin": "HTTP://LocalHost:{port}"}, True),
    ({"Origin": "http://localhost:1{port}"}, False),
    ({"Origin": "http://localhost"}, False),
    ({"Origin": "http://127.0.0.1:{port}"}, False),
    ({"Origin": "http://evil.example"}, False),
    ({"Origin": "http://localhost:{port}.evil.example"}, False),
    ({"Origin": "http://evil.example/localhost:{port}"}, False),
    ({"Origin": "http://[evil"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "file://localhost:{port}"}, False),
    ({"Origin": "https://friend.example"}, True),
    ({"Origin": "https://a.friends.example"}, True),
    ({"Origin": "http://friend.example"}, False),
    ({"Origin": "https://afriends.example"}, False),
]


async def test_a_session_opens_sockets_only_from_pages_of_the_allowed_origins(
    new_server: Callable[..., Server],
) -> None:
    server = await asyncio.to_thread(
        new_server, CSRF_TRUSTED_ORIGINS="https://friend.example,https://*.friends.example"
    )
    with contextlib.closing(await asyncio.to_thread(server.client, "partner")) as client:
        cookies = server.cookie_header(client)
    for headers, is_let_in in ORIGINS:
        sent = cookies | {name: value.format(port=server.port) for name, value in headers.items()}
        status = None
        try:
            async with connect(f"{server.ws}/ws/live", additional_headers=sent, proxy=None) as one:
                await one.send('{"op": "subscribe", "stream": "nothing:1"}')
                assert "refused" in await one.recv()
        except InvalidStatus as refusal:
            status = refusal.response.status_code
        assert status in ((None,) if is_let_in else (400, 403)), headers  # 400 for what is no origin at all


async def test_a_host_that_is_not_ours_is_refused_with_a_session(shared_server: Server) -> None:
    with contextlib.closing(await asyncio.to_thread(shared_server.client, "partner")) as client:
        cookies = shared_server.cookie_header(client)
    reader, writer = await asyncio.open_connection("127.0.0.1", shared_server.port)
    writer.write(
        b"GET /ws/live HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        + f"Cookie: {cookies['Cookie']}\r\n\r\n".encode()
    )
    assert b" 403 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def status_line(server: Server, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request)
    line = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return line


async def test_a_body_that_is_too_long_is_refused_before_it_is_taken_in(shared_server: Server) -> None:
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"
    assert b" 413 " in await status_line(shared_server, head + b"Content-Length: 1000000000000\r\n\r\nlogin=")
    assert b" 403 " in await status_line(shared_server, head + b"Content-Length: 6\r\n\r\nlogin=")


def test_it_takes_as_many_connections_as_the_system_lets_it(shared_server: Server) -> None:
    assert shared_server.process is not None
    soft, hard = resource.prlimit(shared_server.process.pid, resource.RLIMIT_NOFILE)
    assert soft >= min(hard, 65_536)


async def test_no_header_sets_the_path_before_the_addresses(shared_server: Server) -> None:
    with contextlib.closing(await asyncio.to_thread(shared_server.client)) as client:
        headers = {"Daphne-Root-Path": "http://evil.example"}
        answer = await asyncio.to_thread(client.get, "/profile/", headers=headers, follow_redirects=False)
    assert answer.headers["Location"] == "/accounts/login/?next=/profile/"


async def test_being_asked_to_stop_it_answers_those_who_wait_their_turn(new_server: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(new_server, HTTP_AT_ONCE="1")
    hashing = {"login": "nobody@demo.example", "password": "a wrong password"}
    with contextlib.closing(await asyncio.to_thread(server.client)) as visitor:
        form = visitor.get("/accounts/login/")
        hashing["csrfmiddlewaretoken"] = visitor.cookies["csrftoken"]
        cookies = server.cookie_header(visitor)
        assert form.status_code == 200
    async with httpx.AsyncClient(timeout=30) as client:
        asked = [
            asyncio.create_task(client.post(f"{server.url}/accounts/login/", data=hashing, headers=cookies))
            for _ in range(4)
        ]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert await asyncio.to_thread(server.stop) == 0
        assert [(await each).status_code for each in asked] == [200] * 4
