"""The project's own settings, in a data folder of this test process, with what would only cost time left out.

Tests with a real server run it with the project's settings as they are.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA_DIR = tempfile.mkdtemp(prefix=f"workspace-tests-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-")
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
os.environ["DATA_DIR"] = DATA_DIR
os.environ["DEMO"] = "1"
if "REDIS_URL" in os.environ:
    # A test that empties its cache must not empty another worker's, nor that of a server under test (number 0).
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    server, _, _number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{int(worker) + 1}"

from workspace.settings import *  # noqa: E402, F403 - the settings under test, after the environment is set
from workspace.settings import DATABASES, EMBEDDED_DATABASE, HUEY, STORAGES  # noqa: E402

# `make test` has gone through the migrations once; each of its processes begins with a copy of what they left.
EMPTY = os.environ.get("WORKSPACE_TEST_EMPTY", "")
if EMBEDDED_DATABASE:
    DATABASES["default"]["TEST"] = {"NAME": f"{DATA_DIR}/test.sqlite3"}
    if EMPTY:
        # pytest-django puts the worker's name behind the database's.
        suffix = "_" + os.environ["PYTEST_XDIST_WORKER"] if "PYTEST_XDIST_WORKER" in os.environ else ""
        shutil.copy(EMPTY, f"{DATA_DIR}/test.sqlite3{suffix}")
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
elif EMPTY:
    DATABASES["default"]["TEST"] = {"TEMPLATE": EMPTY}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
HUEY["immediate"] = True
Path(DATA_DIR, "static").mkdir()
