"""What every benchmark shares: an environment for each peer, a process and what it costs, the table of results."""

import datetime as dt
import hashlib
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from tests.backing import accepts, free_port, wait_until

T = TypeVar("T")

BENCH = Path(__file__).parent
PEERS = BENCH / "peers"
RESULTS = BENCH / "results"


class Unavailable(Exception):
    """Raised, in words for the table, where a peer cannot be installed or started here."""


def node_environment(folder: Path) -> None:
    """Installs what the folder's lock file pins. Raises Unavailable."""
    lock = (folder / "package-lock.json").read_bytes()
    _install(folder / "node_modules", lock, [["npm", "ci", "--silent"]], folder)


def python_environment(folder: Path) -> str:
    """Installs what the folder's requirements.txt pins into a virtual environment there, and returns its Python. Raises
    Unavailable."""
    pins = (folder / "requirements.txt").read_bytes()
    python = str(folder / ".venv" / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
    _install(folder / ".venv", pins, [[sys.executable, "-m", "venv", ".venv"], install], folder)
    return python


def _install(made: Path, pins: bytes, commands: Iterable[list[str]], folder: Path) -> None:
    stamp = made / "installed"
    digest = hashlib.sha256(pins).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    try:
        for command in commands:
            subprocess.run(command, cwd=folder, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"{folder.name} could not be installed: {error}") from error
    stamp.write_text(digest)


class PeerProcess:
    """A peer that listens on a free port; ``{port}`` in its command is that port."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [part.format(port=self.port) for part in command],
            cwd=folder,
            env=os.environ | {"PYTHONWARNINGS": "ignore", "PORT": str(self.port)} | dict(environment or {}),
            stdout=subprocess.DEVNULL,
        )
        self.pid = self.process.pid
        try:
            wait_until(self.answers, f"the start of {folder.name}", 60)
        except AssertionError as error:
            self.stop()
            raise Unavailable(str(error)) from error

    def answers(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}")
        return accepts(self.port)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def processor_seconds(pid: int) -> float:
    """What the process, all its threads together, has had of the processors since it began."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"{pid} has no memory")


def told(values: Sequence[float], digits: int = 0) -> str:
    """The median, and from where to where the rounds went."""
    shown = [f"{value:,.{digits}f}" for value in (statistics.median(values), min(values), max(values))]
    return f"{shown[0]} ({shown[1]} to {shown[2]})" if len(values) > 1 else shown[0]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a heading that ends in a colon is of a column of numbers."""
    lines = [
        "| " + " | ".join(heading.rstrip(":") for heading in headings) + " |",
        "| " + " | ".join("---:" if heading.endswith(":") else "---" for heading in headings) + " |",
    ]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def take_turns(measures: Mapping[str, Callable[[], T]], rounds: int, missing: dict[str, str]) -> dict[str, list[T]]:
    """Measures one after the other, round by round (A B A B): what differs between two minutes differs for all. Which
    turns out to be Unavailable is noted in ``missing``, with the reason, and left out from then on."""
    found: dict[str, list[T]] = {}
    for _ in range(rounds):
        for name, measure in measures.items():
            if name in missing:
                continue
            try:
                run = measure()
            except Unavailable as error:
                missing[name] = str(error)
                print(f"{name}: {error}", flush=True)
            else:
                found.setdefault(name, []).append(run)
                print(f"{name}: {run}", flush=True)
    return found


def circumstances(rounds: int, *remarks: str) -> str:
    """When, where and with what it was measured."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    names = ("Django", "daphne", "channels", "Twisted", "autobahn", "pycrdt")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    return " ".join(
        [
            f"{dt.datetime.now(dt.UTC):%d %B %Y %H:%M} UTC; {os.cpu_count()} cores ({model or platform.machine()}),",
            f"Linux {platform.release()}; Python {platform.python_version()}, {packages}, Node {node};",
            "the peers as their lock files pin them.",
            f"{rounds} rounds, each server alone and in its turn; the machine's load at the end: {load}.",
            *remarks,
        ]
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def report(name: str, circumstance: str, parts: Iterable[str], missing: Mapping[str, str]) -> None:
    """Prints the result and writes it to results/."""
    absent = [f"Not measured: {peer}: {why}." for peer, why in missing.items()]
    text = "\n\n".join([f"# {name}", circumstance, *parts, *absent]) + "\n"
    print(f"\n{text}")
    (RESULTS / f"{name}-{dt.datetime.now(dt.UTC):%Y-%m-%d}.md").write_text(text)
