"""One web process at a time, where two could not hear each other.

Several processes need a database that several may write to, and a channel layer that carries hints between them:
PostgreSQL and Redis. Without both, the first web process holds a lock and a second one is refused.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

# How long to wait for a process that is just ending, as in a restart.
PATIENCE_SECONDS = 2.0
_ADVISORY_LOCK = 0x6D637773  # any number that nobody else in this database locks: "mcws"

_held: list[Any] = []


class AnotherIsRunning(Exception):
    """A second web process, where one is all there may be. Its text says what to do."""


def claim() -> None:
    """Takes the lock for the rest of this process's life, where one is needed; raises AnotherIsRunning."""
    if _held or (settings.REDIS_URL and not settings.EMBEDDED_DATABASE):
        return
    take = _lock_file if settings.EMBEDDED_DATABASE else _lock_database
    end = time.monotonic() + PATIENCE_SECONDS
    while not take():
        if time.monotonic() > end:
            needed = "DATABASE_URL (PostgreSQL) and REDIS_URL" if settings.EMBEDDED_DATABASE else "REDIS_URL"
            raise AnotherIsRunning(
                f"Another web process serves this database. Stop it, or set {needed} to run several."
            )
        time.sleep(0.1)


def _lock_file() -> bool:
    """Locks a file beside the SQLite database; the kernel lets go of it when the process ends, however it does."""
    path = Path(f"{settings.DATABASES['default']['NAME']}.serving")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _held.append(descriptor)
    return True


def _lock_database() -> bool:
    """Holds an advisory lock of PostgreSQL's for as long as this connection lives."""
    connection = connections.create_connection("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_LOCK])
        row = cursor.fetchone()
    if row is None or not row[0]:
        connection.close()
        return False
    _held.append(connection)
    return True
