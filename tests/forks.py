"""Processes of the workspace, each forked from one that has loaded the libraries: it begins in a third of the time.

What runs in them is what ``python -m <module>`` would run, with an environment of its own. (That command itself is what
the launcher's tests run.)
"""

import multiprocessing
import os
import runpy
import sys
import warnings
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What can be loaded before there are settings, and makes no event loop.
LIBRARIES = [
    "twisted.internet.asyncioreactor",
    "daphne.http_protocol",
    "daphne.ws_protocol",
    "channels.routing",
    "django.core.management",
    "django.views.generic",
    "django.contrib.staticfiles.storage",
    "django.db.backends.sqlite3.base",
    "structlog",
    "redis.asyncio",
    "huey.api",
    "psycopg",
    "fido2.server",
    "OpenSSL",
    "PIL.ImageOps",
    "pydantic",
    "markdown_it",
    "pycrdt",
    "servestatic.middleware",
    "qrcode",
]

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(LIBRARIES)


def run_module(
    module: str, *arguments: str, environment: dict[str, str], log: Path, errors: Path | None = None
) -> BaseProcess:
    """Starts a module as a program; what it prints is added to the log, or to ``errors`` what it says as such. It is
    killed when this process ends."""
    return _started(_run_module, module, arguments, environment, log, errors or log)


def run_shell(environment: dict[str, str]) -> tuple[BaseProcess, "Connection[str, tuple[str, str]]"]:
    """Starts a Python on an installation (tests/shell.py), to be spoken to by the connection."""
    ours, theirs = _forks.Pipe()
    process = _started(_run_shell, environment, theirs)
    theirs.close()
    return process, ours


def _started(target: object, *arguments: object) -> BaseProcess:
    process = _forks.Process(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
    process.start()
    return process


def _settle(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    warnings.simplefilter("ignore")


def _run_module(module: str, arguments: tuple[str, ...], environment: dict[str, str], log: Path, errors: Path) -> None:
    _settle(environment)
    for stream, path in ((sys.stdout, log), (sys.stderr, errors)):
        stream.flush()
        with path.open("ab") as output:
            os.dup2(output.fileno(), stream.fileno())
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _run_shell(environment: dict[str, str], connection: "Connection[tuple[str, str], str]") -> None:
    _settle(environment)
    from tests.shell import answer

    answer(connection)
