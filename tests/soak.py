"""`make soak` and `make fuzz`: the bad days in their long forms. They are the tests of `make test`, told to be bigger.

Every size may be set by its name in the environment (`ROUNDS=200 make soak`). The tests run one after the other; what
they counted is printed at the end and written, with date and machine, into bench/results/. docs/reliability.md says
what each of them shows.
"""

import os
import platform
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from markup.source import POST_LIMIT
from tests.run import NEEDED, ROOT, install_missing, prepared, quick_folder

RESULTS = ROOT / "bench" / "results"
LONG = {
    "soak": {
        "ROUNDS": 1000,
        "SOCKETS": 2000,
        "POSTS": 10_000,
        "STOPPED_SECONDS": 15,
        "WRITING_SECONDS": 300,
        "EVERY": 1,
        "LENGTH": POST_LIMIT,
        "FLOODS": 5,
    },
    "fuzz": {"FRAMES": 10_000_000},
}
DAYS = {
    "soak": (
        "tests/plans/test_kills.py",
        "tests/forums/test_on_a_server.py",
        "tests/live/test_delivery.py",
        "tests/live/test_slow_readers.py",
        "tests/live/test_rights.py",
        "tests/live/test_processes.py",
        "tests/bad_days/test_reconnects.py",
        "tests/bad_days/test_many_writers.py",
        "tests/bad_days/test_full_disk.py",
        "tests/bad_days/test_flipped_byte.py",
        "tests/bad_days/test_wrong_clock.py",
        "tests/markup/test_bounds.py",
        "tests/markup/test_hostile.py",
        "tests/collab/test_rooms.py",
        "tests/bad_days/test_hostile_places.py",
        "tests/files/test_hostile_uploads.py",
        "tests/visits/test_hostile_photos.py",
    ),
    "fuzz": ("tests/bad_days/test_noise.py", "tests/collab/test_updates.py", "tests/live/test_frames.py"),
}


@dataclass
class Day:
    """What one test did, all its batches together."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    counted: Counter[str] = field(default_factory=Counter)
    said: dict[str, str] = field(default_factory=dict)

    def take(self, case: ET.Element) -> None:
        self.seconds += float(case.get("time", 0))
        if case.find("skipped") is not None:
            self.skipped += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            self.failed += 1
        else:
            self.passed += 1
        for each in case.iter("property"):
            name, value = each.get("name", ""), each.get("value", "")
            if value.isdecimal():
                self.counted[name] += int(value)
            else:
                self.said[name] = value

    def as_row(self, name: str) -> str:
        outcomes = {"passed": self.passed, "failed": self.failed, "skipped": self.skipped}
        outcome = [f"{count} {word}" for word, count in outcomes.items() if count]
        seen = [f"{value:,} {name}" for name, value in self.counted.items()]
        seen += [f"{name}: {value}" for name, value in self.said.items()]
        cells = (name.removeprefix("test_").replace("_", " "), ", ".join(outcome), "; ".join(seen))
        return f"| {' | '.join(cells)} | {self.seconds:.0f} |"


def days_in(report: Path) -> dict[str, Day]:
    days: dict[str, Day] = {}
    for case in ET.parse(report).iter("testcase"):
        days.setdefault(case.get("name", "").partition("[")[0], Day()).take(case)
    return days


def machine() -> str:
    version = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"commit {version.stdout.strip() or 'unknown'}"
    )


def run(form: str, folder: Path) -> int:
    sizes = {name: os.environ.get(name) or str(long) for name, long in LONG[form].items()}
    report = folder / "report.xml"
    begun = time.monotonic()
    with prepared(folder):
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-o",
            "junit_family=xunit1",
            f"--junit-xml={report}",
            *DAYS[form],
            *sys.argv[2:],
        ]
        code = subprocess.run(command, cwd=ROOT, env=os.environ | sizes).returncode
    now = datetime.now(UTC)
    lines = [
        f"# `make {form}`, {now:%Y-%m-%d %H:%M} UTC",
        "",
        f"{machine()}. " + ", ".join(f"{name}={value}" for name, value in sizes.items()) + ". "
        f"{(time.monotonic() - begun) / 60:.0f} minutes in all.",
        "",
        "| day | outcome | seen | seconds |",
        "|---|---|---|---|",
        *(day.as_row(name) for name, day in days_in(report).items()),
    ]
    written = RESULTS / f"{form}-{now:%Y-%m-%d}.md"
    written.write_text("\n".join(lines) + "\n")
    print("\n".join(lines), f"\nWritten to {written.relative_to(ROOT)}", sep="\n")
    return code


def main() -> int:
    if missing := install_missing():
        sys.exit(NEEDED.format("; ".join(missing)))
    folder = quick_folder()
    try:
        return run(sys.argv[1], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
