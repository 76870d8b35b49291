"""What stands in the way of the first start is one line that says what to do."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE = (
    "import runpy, sys; sys.argv = ['bootstrap.py', 'run']; {change}; runpy.run_path({path!r}, run_name='__main__')"
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with just what the bootstrap reads."""
    (tmp_path / "workspace").mkdir()
    shutil.copy(ROOT / "workspace" / "bootstrap.py", tmp_path / "workspace")
    (tmp_path / "requirements.txt").write_text("")
    return tmp_path


def start(clone: Path, change: str) -> subprocess.CompletedProcess[str]:
    code = BEFORE.format(change=change, path=str(clone / "workspace" / "bootstrap.py"))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=clone)


def assert_one_line(done: subprocess.CompletedProcess[str], beginning: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith(beginning)


def test_a_python_too_old_is_told_so_in_one_line(clone: Path) -> None:
    done = start(clone, "sys.version_info = (3, 9, 2)")
    assert_one_line(done, "The workspace needs Python 3.11 or newer, and ")
    assert "is Python 3.9" in done.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_names_the_package_to_install(clone: Path, module: str) -> None:
    done = start(clone, f"sys.modules[{module!r}] = None")
    assert_one_line(done, f"This Python has no {module} module. On Debian and Ubuntu: apt-get install python3-venv")


def test_a_folder_that_cannot_be_written_is_named(clone: Path) -> None:
    done = start(clone, "import os; os.access = lambda *_: False")
    assert_one_line(done, f"{clone} cannot be written to")


def test_a_full_disk_is_called_full(clone: Path) -> None:
    done = start(clone, "import shutil, types; shutil.disk_usage = lambda _: types.SimpleNamespace(free=1000)")
    assert_one_line(done, "The disk is full: make room for about 400 MB")


def test_a_disk_that_fills_up_while_installing_is_called_full(clone: Path) -> None:
    full = "import os, venv; os.listdir = lambda _: (_ for _ in ()).throw(OSError(28, 'No space left on device'))"
    (clone / ".venv").mkdir()
    assert_one_line(start(clone, full), "The disk is full")


def test_the_bootstrap_has_no_syntax_that_an_old_python_cannot_read() -> None:
    import ast

    ast.parse((ROOT / "workspace" / "bootstrap.py").read_text(), feature_version=(3, 4))
