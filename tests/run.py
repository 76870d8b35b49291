"""`make test`: sees that everything the tests need is there, then runs them all.

First the embedded profile (SQLite, one process): unit, browser and server tests. Then the scaled profile: against a
PostgreSQL and a Redis that this program starts, the same tests but for those that neither can change (they ask neither,
or are marked ``browser`` or ``once``). What is missing
is installed where that is allowed (Debian, root); what cannot be is named, and the run fails before it starts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.backing import postgresql, postgresql_programs, redis
from tests.browsers import chromium
from tests.servers import Template

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
NEEDED_MEMORY_BYTES = 4 * 1024**3
NEEDED = "The tests need what is not here and cannot be installed: {}."
WORKERS = os.environ.get("TEST_WORKERS", "2")


PROGRAMS = {
    "chromium-headless-shell": chromium,
    "nodejs": lambda: shutil.which("node"),
    "npm": lambda: shutil.which("npm"),
    "postgresql": postgresql_programs,
    "redis-server": lambda: shutil.which("redis-server"),
}


def install_missing() -> list[str]:
    """Installs missing Debian packages where that is allowed; returns the names of those still missing."""
    missing = [name for name, found in PROGRAMS.items() if not found()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(missing)} for the tests ...", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *missing]):
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            if done.returncode:
                print(done.stderr[-500:], file=sys.stderr)
    return [name for name, found in PROGRAMS.items() if not found()]


def install_node_packages() -> str:
    """Installs the pinned packages of frontend/ where they are not; returns what went wrong, or nothing."""
    lock = (FRONTEND / "package-lock.json").read_bytes()
    mark = FRONTEND / "node_modules" / "installed"
    if mark.exists() and mark.read_bytes() == lock:
        return ""
    done = subprocess.run(["npm", "ci", "--silent"], cwd=FRONTEND)
    if done.returncode:
        return "the packages of frontend/package-lock.json (npm ci failed)"
    mark.write_bytes(lock)
    return ""


def quick_folder() -> Path:
    """A new folder for the tests' files: in memory where there is room, since they write and sync all the time."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > NEEDED_MEMORY_BYTES
    folder = Path(tempfile.mkdtemp(prefix="workspace-test-run-", dir=memory if roomy else None))
    folder.chmod(0o711)  # PostgreSQL, which does not run as root, has its folder in it
    return folder


def run_pytest(*arguments: str, **environment: str) -> int:
    spread = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *spread, "--durations", "25", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode


@contextmanager
def prepared(folder: Path) -> Iterator[tuple[Template, Template]]:
    """A PostgreSQL, a Redis and the templates of both profiles, all in this folder, and the packages of frontend/; the
    tests are told of them by the environment."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of the many servers compiles the whole project anew
    with postgresql() as url, redis() as cache:
        os.environ["WORKSPACE_TEST_POSTGRESQL"] = url
        with ThreadPoolExecutor() as pool:  # each takes one core for some ten seconds
            node_packages = pool.submit(install_node_packages)
            embedded, scaled = pool.map(Template.prepare, (Template(), Template(url, cache.url)))
            if trouble := node_packages.result():
                sys.exit(NEEDED.format(trouble))
        os.environ["WORKSPACE_TEST_EMBEDDED"], os.environ["WORKSPACE_TEST_SCALED"] = embedded.prepared, scaled.prepared
        yield embedded, scaled


def run_both(folder: Path) -> int:
    with prepared(folder) as (embedded, scaled):
        print("== The embedded profile: SQLite, one process", flush=True)
        failed = run_pytest(*sys.argv[1:], WORKSPACE_TEST_EMPTY=embedded.empty)
        print("== The scaled profile: PostgreSQL and Redis", flush=True)
        backing = {"DATABASE_URL": f"{scaled.postgresql_url}/workspace", "REDIS_URL": scaled.redis_url}
        profile = backing | {"WORKSPACE_TEST_PROFILE": "scaled", "WORKSPACE_TEST_EMPTY": scaled.empty}
        again = run_pytest("-m", "not browser and not once", *sys.argv[1:], **profile)
    return failed or again


def main() -> int:
    if missing := install_missing():
        sys.exit(NEEDED.format("; ".join(missing)))
    folder = quick_folder()
    try:
        return run_both(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
