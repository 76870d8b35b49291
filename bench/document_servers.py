"""The servers of documents that are written together, each behind the same few words."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bench.harness import BENCH, PEERS, PeerProcess, Unavailable, node_environment, python_environment
from bench.servers import UvicornServer
from tests.servers import Server, Template

LOAD = BENCH / "load"
WRITER = "partner"


class DocumentServer(Protocol):
    """A server that is running, and how the client in load/ reaches its documents."""

    pid: int
    dialect: str
    address: Mapping[str, Any]

    def stop(self) -> None: ...


class Workspace:
    """Ours, with the tests' kind of document; ``logs`` are the updates that a document begins with, by its key."""

    dialect = "y"

    def __init__(
        self,
        template: Template,
        logs: Mapping[str, Sequence[bytes]],
        *,
        compacted: bool = True,
        serve: Callable[[Template], Server] = Server,
    ) -> None:
        self.server = serve(template)
        self.server.environment["DJANGO_SETTINGS_MODULE"] = "tests.collab.scratch.settings"
        stored = self.server.folder / "begin.json"
        stored.write_text(json.dumps({key: [update.hex() for update in log] for key, log in logs.items()}))
        self.server.shell(_BEGIN.format(path=str(stored), writer=WRITER))
        if compacted:
            self.server.manage("compact_documents")
        self.server.start()
        assert self.server.process is not None
        self.pid = self.server.process.pid
        with contextlib.closing(self.server.client(WRITER)) as client:
            headers = self.server.cookie_header(client)
        path = "/ws/docs/scratch/"
        self.address = {
            "host": "127.0.0.1",
            "port": self.server.port,
            "path": path,
            "query": "?ack=1",
            "headers": headers,
        }

    def stop(self) -> None:
        self.server.remove()


_BEGIN = """
import json
from pathlib import Path
from collab.domain import Batch, append_updates, create_document
from groups.models import Person
person = Person.objects.get(email="{writer}@demo.example").pk
for key, log in json.loads(Path("{path}").read_text()).items():
    document = create_document(kind="scratch", key=key, texts={{}}, person_id=None)
    for begin in range(0, len(log), 5000):
        updates = [(bytes.fromhex(update), person) for update in log[begin : begin + 5000]]
        append_updates([Batch(document.pk, document.head, updates)])
"""


class Peer:
    """A peer whose documents begin when somebody opens them."""

    def __init__(self, process: PeerProcess, dialect: str = "y", folder: Path | None = None) -> None:
        self.process, self.folder, self.dialect = process, folder, dialect
        self.pid = process.pid
        self.address = {"host": "127.0.0.1", "port": process.port, "path": "/"}

    def stop(self) -> None:
        self.process.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder)


def workspace_on_uvicorn(template: Template, logs: Mapping[str, Sequence[bytes]]) -> Workspace:
    return Workspace(template, logs, serve=UvicornServer)


def hocuspocus(states: Mapping[str, bytes]) -> Peer:
    """Hocuspocus whose database holds these documents, as its extension stores them."""
    node_environment(PEERS / "hocuspocus")
    folder = Path(tempfile.mkdtemp(prefix="hocuspocus-"))
    database = folder / "documents.sqlite"
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            'CREATE TABLE "documents" ("name" varchar(255) NOT NULL, "data" blob NOT NULL, UNIQUE(name))'
        )
        connection.executemany("INSERT INTO documents VALUES (?, ?)", states.items())
    command = ["node", "server.mjs", str(database)]
    return Peer(PeerProcess(command, PEERS / "hocuspocus"), "hocuspocus", folder)


def y_websocket() -> Peer:
    """y-websocket's own server, as `npx y-websocket` starts it: nothing is stored."""
    node_environment(PEERS / "y_websocket")
    command = ["node", "node_modules/@y/websocket-server/src/server.js"]
    return Peer(PeerProcess(command, PEERS / "y_websocket", {"HOST": "127.0.0.1"}))


def pycrdt_websocket() -> Peer:
    python = python_environment(PEERS / "pycrdt_websocket")
    command = [python, "-m", "uvicorn", "--port", "{port}", "--log-level", "critical", "server:application"]
    return Peer(PeerProcess(command, PEERS / "pycrdt_websocket"))


def client(script: str, options: Mapping[str, Any]) -> subprocess.Popen[str]:
    """Starts a client of load/ with these options, to be talked to line by line."""
    node_environment(LOAD)
    command = ["node", script, json.dumps(options)]
    return subprocess.Popen(command, cwd=LOAD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def asked(process: subprocess.Popen[str], line: str = "") -> dict[str, Any]:
    """What the client prints next, after this line if there is one. Raises Unavailable where it gave up."""
    assert process.stdin is not None
    assert process.stdout is not None
    if line:
        process.stdin.write(line + "\n")
        process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise Unavailable(f"its client ended with {process.wait()}")
    return dict(json.loads(answer))
