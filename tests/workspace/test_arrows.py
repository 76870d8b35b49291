"""The contracts between and inside the rooms hold, and something that breaks one is noticed."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rooms' modules and the contracts, to be changed."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_the_arrows_hold_in_the_rooms_as_they_are(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("files/models.py", "import workspace", "The arrows between the rooms run downwards"),
        ("live/queries.py", "import live.jobs", "The arrows inside a room run downwards"),
        ("live/models.py", "import live.consumers", "The arrows inside a room run downwards"),
        ("files/domain.py", "import nh3", "Only markup renders and cleans Markdown"),
    ],
)
def test_an_import_against_an_arrow_is_refused_by_the_contract_s_name(
    copy: Path, module: str, line: str, contract: str
) -> None:
    with (copy / module).open("a") as file:
        file.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout
