"""Starts the workspace in the foreground: prepares its data, then runs daphne and the job process until told to stop.

`make run` ends here. Ctrl-C or SIGTERM stops both processes; either of them ending by itself stops the other. What
keeps it from starting becomes one line on standard error and exit code 1.
"""

import contextlib
import ctypes
import errno
import hashlib
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workspace.settings")

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

HOST = os.environ.get("HOST") or "127.0.0.1"
NEEDED_MEGABYTES = 50
PATIENCE_SECONDS = 8
PR_SET_PDEATHSIG = 1


class Refusal(Exception):
    """What keeps the workspace from starting, in words for the person who started it."""


def check_surroundings() -> None:
    """Refuses a taken port, a data folder that cannot be written and a full disk before anything is begun."""
    if not 0 < settings.PORT < 65536:
        raise Refusal(f"PORT={settings.PORT} is not a port: choose one from 1 to 65535, for example PORT=8001.")
    if not _is_address(HOST):
        raise Refusal(f"HOST={HOST} is not an address of this machine: for example 127.0.0.1, 0.0.0.0 or ::1.")
    with socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asking.bind((HOST, settings.PORT))
        except OSError as taken:
            if taken.errno == errno.EADDRINUSE:
                raise Refusal(
                    f"Port {settings.PORT} is in use. Stop what uses it or choose another: make run PORT=8001"
                ) from None
            raise Refusal(f"Port {settings.PORT} cannot be opened on {HOST}: {taken.strerror}.") from None
    folder = settings.DATA_DIR
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise Refusal(f"{folder} cannot be written to. Give yourself the right, or name another folder in DATA_DIR.")
    if shutil.disk_usage(folder).free < NEEDED_MEGABYTES * 1024 * 1024:
        raise Refusal(f"The disk that holds {folder} is full: make at least {NEEDED_MEGABYTES} MB of room.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def migrate() -> None:
    """Brings the database to today's tables; says nothing where they are already there."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database ...", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def collect_static(*, keep_earlier: bool) -> None:
    """Collects the static files where any of them changed since the last time; ``keep_earlier`` leaves those of an
    earlier release, which its pages still ask for while its workers give way to new ones."""
    state = hashlib.sha256((settings.ROOT / "requirements.txt").read_bytes())
    for path in sorted(settings.ROOT.glob("*/static/**/*")):
        if path.is_file() and not path.is_relative_to(settings.STATIC_ROOT):  # which is in var/
            facts = path.stat()
            state.update(f"{path.relative_to(settings.ROOT)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    mark = settings.STATIC_ROOT / "collected"
    if not mark.exists() or mark.read_text() != state.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0, clear=not keep_earlier)
        mark.write_text(state.hexdigest())


def prepare(*, keep_earlier: bool = False) -> None:
    """Everything that has to be there before the first page: tables, static files, the network, the demo."""
    django.setup()
    from groups.checks import refuse_open_demo_accounts
    from groups.models import Network

    migrate()
    refuse_open_demo_accounts()
    collect_static(keep_earlier=keep_earlier)
    if settings.DEMO or not Network.objects.exists():
        call_command("load_network", verbosity=0)
    if settings.DEMO:
        call_command("load_demo", verbosity=0)


def end_with_parent() -> None:
    """Asks the kernel to end this child when the launcher dies in whatever way, so that it never outlives it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """A child in a process group of its own: the terminal's Ctrl-C reaches the launcher alone, which then asks its
    children in order; a child that is still importing would answer it with a traceback."""
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, preexec_fn=end_with_parent, process_group=0)  # noqa: PLW1509 - single-threaded


def answers() -> bool:
    """Whether the web process says of itself that it is well."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    address = everywhere.get(HOST, HOST)
    if ":" in address:
        address = f"[{address}]"
    request = urllib.request.Request(
        f"http://{address}:{settings.PORT}/healthz", headers={"Host": settings.ALLOWED_HOSTS[0].lstrip(".")}
    )
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def greet() -> None:
    print(f"\nThe workspace is at {settings.SITE_URL}", flush=True)
    if settings.DEMO:
        print("Sign in as coordinator@demo.example, agency@demo.example or another of the people that the sign-in")
        print("page offers." + ("" if "DEMO_PASSWORD" in os.environ else " Password: demo"))
    print("Ctrl-C stops it.", flush=True)


@contextlib.contextmanager
def asked_to_stop() -> Iterator[list[int]]:
    """A list that receives the number of the signal that asks this process to stop."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    end = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve() -> int:
    """Runs the web process and the job process until one ends or somebody asks to stop; returns the exit code."""
    with asked_to_stop() as asked:
        web = start("-m", "workspace.server", "--host", HOST, "--port", str(settings.PORT))
        jobs = start("manage.py", "run_jobs")
        greeted = False
        try:
            while not asked and web.poll() is None and jobs.poll() is None:
                if not greeted and answers():
                    greet()
                    greeted = True
                time.sleep(0.2)
            if asked:
                return 0
            which = "web" if web.poll() is not None else "job"
            print(f"The {which} process has ended by itself; its reason stands above.", file=sys.stderr)
            return 1
        finally:
            stop([web, jobs])


def main() -> int:
    try:
        check_surroundings()
        prepare()
    except (Refusal, ImproperlyConfigured, CommandError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except DatabaseError as trouble:
        print(f"The database cannot be used: {str(trouble).strip().splitlines()[0]}", file=sys.stderr)
        return 1
    except OSError as trouble:
        full = trouble.errno == errno.ENOSPC
        where = Path(trouble.filename) if trouble.filename else settings.DATA_DIR
        reason = f"The disk that holds {where} is full." if full else f"{where}: {trouble.strerror}"
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return serve()


if __name__ == "__main__":
    sys.exit(main())
