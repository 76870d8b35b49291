"""The servers that a benchmark of fan-out compares, each behind the same few verbs."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bench.harness import BENCH, PEERS, PeerProcess, node_environment, python_environment
from tests.backing import wait_until
from tests.servers import ROOT, Server, Template

TEXT = "x" * 200
CONNECT: dict[str, Any] = {"proxy": None, "compression": None, "ping_interval": None, "open_timeout": None}


class Contestant(Protocol):
    """A server that is running. ``publish`` sends one event that says when that was and which one it is;
    ``number_and_time`` reads that from what a reader got; ``after`` is what a reader does then."""

    name: str
    pid: int

    def reader(self) -> contextlib.AbstractAsyncContextManager[ClientConnection]: ...

    async def publish(self, number: int) -> None: ...

    def number_and_time(self, text: str) -> tuple[int, float]: ...

    async def after(self, socket: ClientConnection, number: int) -> None: ...

    async def stop(self) -> None: ...


class UvicornServer(Server):
    """The workspace under uvicorn, as in the scaled profile, from an environment of its own (bench/uvicorn)."""

    def start(self) -> "UvicornServer":
        command = [python_environment(BENCH / "uvicorn"), "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools"]
        command += ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--backlog", "1024"]
        command += ["--log-level", "warning", "--no-access-log", "--port", str(self.port), "workspace.asgi:application"]
        with (self.folder / f"server-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment | {"PORT": str(self.port)}, stdout=log, stderr=log
            )
        wait_until(self.answers, f"uvicorn's start on {self.port}", 60)
        return self


class Workspace:
    """Ours, with a room of the tests' that publishes what it is sent: each event a request and a transaction."""

    stream = "desk:open-bench"

    def __init__(self, template: Template, name: str, serve: Callable[[Template], Server]) -> None:
        self.name = name
        self.server = serve(template)
        self.server.environment["DJANGO_SETTINGS_MODULE"] = "tests.live.desk.settings"
        self.server.start()
        assert self.server.process is not None
        self.pid = self.server.process.pid
        with contextlib.closing(self.server.client("partner")) as client:
            self.headers = self.server.cookie_header(client)
        self.writer = httpx.AsyncClient(base_url=self.server.url, timeout=60)

    @contextlib.asynccontextmanager
    async def reader(self) -> AsyncIterator[ClientConnection]:
        async with connect(f"{self.server.ws}/ws/live", additional_headers=self.headers, **CONNECT) as socket:
            await socket.send(json.dumps({"op": "subscribe", "stream": self.stream}))
            await socket.recv()
            yield socket

    async def publish(self, number: int) -> None:
        event = {"text": TEXT, "n": number, "at": time.time()}
        (await self.writer.post("/desk/open-bench", content=json.dumps([event]))).raise_for_status()

    def number_and_time(self, text: str) -> tuple[int, float]:
        data = json.loads(text)["data"]
        return data["n"], data["at"]

    async def after(self, socket: ClientConnection, number: int) -> None:
        if number % 100 == 0:
            await socket.send(json.dumps({"op": "ack", "stream": self.stream, "number": number}))

    async def stop(self) -> None:
        await self.writer.aclose()
        self.server.remove()


class Peer:
    """A server that passes on what one of its sockets sends; it knows no numbers and no acknowledgements."""

    def __init__(self, name: str, process: PeerProcess, path: str) -> None:
        self.name = name
        self.process = process
        self.pid = process.pid
        self.url = f"ws://127.0.0.1:{process.port}{path}"
        self.writer: ClientConnection | None = None

    @contextlib.asynccontextmanager
    async def reader(self) -> AsyncIterator[ClientConnection]:
        async with connect(self.url, **CONNECT) as socket:
            yield socket

    async def publish(self, number: int) -> None:
        if self.writer is None:
            self.writer = await connect(self.url, **CONNECT)
            self.hearing = asyncio.create_task(_read_all(self.writer))
        event = json.dumps({"text": TEXT, "n": number, "at": time.time()})
        await self.writer.send(json.dumps({"message": event}))

    def number_and_time(self, text: str) -> tuple[int, float]:
        data = json.loads(json.loads(text)["message"])
        return data["n"], data["at"]

    async def after(self, socket: ClientConnection, number: int) -> None:
        """A reader of these says nothing."""

    async def stop(self) -> None:
        if self.writer is not None:
            await self.writer.close()
            await self.hearing
        self.process.stop()


async def _read_all(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


def channels() -> Peer:
    command = [sys.executable, "-m", "daphne", "--port", "{port}", "--verbosity", "0", "server:application"]
    return Peer("channels", PeerProcess(command, PEERS / "channels_tutorial"), "/ws/chat/bench/")


def node_ws() -> Peer:
    node_environment(PEERS / "node_ws")
    return Peer("node-ws", PeerProcess(["node", "server.mjs", "{port}"], PEERS / "node_ws"), "/")
