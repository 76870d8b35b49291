"""A real daphne for tests, in a process of its own, with a database, a data folder and a port of its own."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from tests.backing import free_port, wait_until
from tests.forks import run_module, run_shell

ROOT = Path(__file__).resolve().parent.parent
FORM_TOKEN = "a" * 32


def manage(*arguments: str, environment: dict[str, str]) -> str:
    """Runs a management command under this environment and returns what it printed; raises with it if it failed."""
    with tempfile.TemporaryDirectory() as folder:
        printed, errors = Path(folder, "printed"), Path(folder, "errors")
        process = run_module("manage", *arguments, environment=environment, log=printed, errors=errors)
        process.join()
        if process.exitcode:
            said = printed.read_text() + errors.read_text()
            raise AssertionError(f"manage.py {' '.join(arguments)} failed:\n{said}")
        return printed.read_text()


class Template:
    """A prepared installation (network and demo loaded) that each server starts from a copy of.

    ``prepare`` makes it; another process that is told its folder and database may copy it too. Beside it stands an
    empty one, as the migrations leave it.
    """

    def __init__(self, postgresql_url: str = "", redis_url: str = "", prepared: str = "") -> None:
        self.postgresql_url = postgresql_url
        self.redis_url = redis_url
        folder, _, database = prepared.partition(" ")
        self.folder = Path(folder or tempfile.mkdtemp(prefix="workspace-template-"))
        self.database = database or f"template_{uuid.uuid4().hex[:12]}"

    @property
    def prepared(self) -> str:
        return f"{self.folder} {self.database}"

    @property
    def empty(self) -> str:
        """The database without a row: SQLite's file, or a name on PostgreSQL."""
        return f"{self.database}_empty" if self.postgresql_url else f"{self.folder}.empty.sqlite3"

    def prepare(self) -> "Template":
        self.create_database(self.database)
        self.launch("import django; django.setup(); from workspace.launcher import migrate; migrate()")
        if self.postgresql_url:
            self.create_database(self.empty, self.database)
        else:
            # What was written last may lie in the log beside the file yet.
            source = self.folder / "workspace.sqlite3"
            with closing(sqlite3.connect(source)) as full, closing(sqlite3.connect(self.empty)) as copy:
                full.backup(copy)
        self.launch("from workspace.launcher import prepare; prepare()")
        return self

    def launch(self, code: str) -> None:
        environment = self.environment(self.folder, self.database)
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

    def create_database(self, name: str, template: str = "template1") -> None:
        if self.postgresql_url:
            self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(f"{self.postgresql_url}/postgres", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # names are made here, not by anyone else

    def environment(self, folder: Path, database: str) -> dict[str, str]:
        dropped = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "PORT", "DJANGO_SETTINGS_MODULE", "DEMO")
        environment = {name: value for name, value in os.environ.items() if name not in dropped}
        environment |= {
            "DATA_DIR": str(folder),
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "workspace.settings",
            "LOGIN_RATE": "6000/m/ip",
            "PYTHONWARNINGS": "ignore",
        }
        if self.postgresql_url:
            environment["DATABASE_URL"] = f"{self.postgresql_url}/{database}"
        if self.redis_url:
            environment["REDIS_URL"] = self.redis_url
        return environment

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        Path(self.empty).unlink(missing_ok=True)


class Server:
    """One installation, copied from the template, served by daphne on a free port.

    ``start``, ``stop`` (SIGTERM), ``kill`` (SIGKILL) may follow each other; data and port stay. ``beside`` gives a
    second web process on the same data (which only the scaled profile allows).
    """

    def __init__(self, template: Template) -> None:
        self.template = template
        self.folder = Path(tempfile.mkdtemp(prefix="workspace-server-"))
        shutil.copytree(template.folder, self.folder, dirs_exist_ok=True)
        self.database = f"server_{uuid.uuid4().hex[:12]}"
        template.create_database(self.database, template.database)
        self.environment = template.environment(self.folder, self.database)
        self.port = free_port()
        self.process: BaseProcess | None = None
        self.python: tuple[BaseProcess, Connection[str, tuple[str, str]]] | None = None
        self.neighbours: list[Server] = []
        self.clients: list[httpx.Client] = []

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def ws(self) -> str:
        return f"ws://localhost:{self.port}"

    @property
    def log(self) -> str:
        path = self.folder / f"server-{self.port}.log"
        return path.read_text() if path.exists() else ""

    def start(self) -> "Server":
        self.process = run_module(
            "workspace.server",
            *("--port", str(self.port)),
            environment=self.environment | {"PORT": str(self.port)},
            log=self.folder / f"server-{self.port}.log",
        )
        wait_until(self.answers, f"the server's start on {self.port}", 60)
        return self

    def answers(self) -> bool:
        assert self.process is not None
        if self.process.exitcode is not None:
            raise AssertionError(f"the server ended with {self.process.exitcode}:\n{self.log}")
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def signal(self, number: int) -> None:
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def end(self, number: int) -> int | None:
        if self.process is None:
            return None
        if self.process.exitcode is None:
            self.signal(number)
        self.process.join(20)
        code = self.process.exitcode
        assert code is not None, "the server does not end"
        self.process = None
        return code

    def stop(self) -> int | None:
        return self.end(signal.SIGTERM)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def beside(self) -> "Server":
        other = object.__new__(Server)
        other.__dict__ |= self.__dict__ | {
            "port": free_port(),
            "process": None,
            "python": None,
            "neighbours": [],
            "clients": [],
        }
        self.neighbours.append(other)
        return other.start()

    def manage(self, *arguments: str) -> str:
        return manage(*arguments, environment=self.environment)

    def shell(self, code: str) -> str:
        """Runs code on this installation, in a process of its own (tests/shell.py), and returns what it printed."""
        if self.python is None:
            self.python = run_shell(self.environment)
        _, connection = self.python
        connection.send(code)
        printed, failure = connection.recv()
        assert not failure, f"{code}\nfailed:\n{printed}{failure}"
        return printed

    def client(self, who: str = "", password: str = "") -> httpx.Client:
        """A client of this server, signed in as who@demo.example; nobody for an empty name.

        With a password through the form, else by the demo's one click, which takes a tenth of that.
        """
        client = httpx.Client(base_url=self.url, timeout=30, follow_redirects=True)
        self.clients.append(client)
        if who:
            email = f"{who}@demo.example"
            # The page with the form would set this cookie; nothing else on it is needed, nor the page that follows.
            # Python's cookie jar calls this host so.
            client.cookies.set("csrftoken", FORM_TOKEN, domain="localhost.local")
            if password:
                address, form = "/accounts/login/", {"login": email, "password": password}
            else:
                address, form = "/accounts/demo/", {"person": email}
            answer = client.post(address, data=form | {"csrfmiddlewaretoken": FORM_TOKEN}, follow_redirects=False)
            assert "sessionid" in client.cookies, f"{email} could not sign in: {answer.status_code}"
        client.headers["X-CSRFToken"] = client.cookies.get("csrftoken", "")
        client.headers["Referer"] = f"{self.url}/"
        return client

    def cookie_header(self, client: httpx.Client) -> dict[str, str]:
        """The headers with which a WebSocket of this client's session opens."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}

    def remove(self) -> None:
        for server in (*self.neighbours, self):
            server.kill()
            if server.python is not None:
                process, connection = server.python
                connection.send("")  # with which it ends
                process.join(20)
                connection.close()
            for client in server.clients:
                client.close()
        if self.template.postgresql_url:
            self.template.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)
