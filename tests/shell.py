"""A Python on an installation under test: runs one piece of code after the other, for `tests.servers.Server.shell`."""

import io
import traceback
from contextlib import redirect_stdout
from multiprocessing.connection import Connection

import django
from django.db import connections


def run(code: str) -> tuple[str, str]:
    printed, failure = io.StringIO(), ""
    with redirect_stdout(printed):
        try:
            exec(code, {})
        except Exception:
            failure = traceback.format_exc()
    connections.close_all()
    return printed.getvalue(), failure


def answer(connection: "Connection[tuple[str, str], str]") -> None:
    """Answers each piece of code with what it printed, and the traceback of what it raised or an empty string."""
    django.setup()
    while code := connection.recv():
        connection.send(run(code))
