"""`make run` from the launcher on: it starts, says where to go, keeps what is there, and stops cleanly."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.backing import accepts, free_port, wait_until
from tests.servers import Template

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.server, pytest.mark.once("chooses its databases itself")]


class Launcher:
    """The launcher as a process, with what it printed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workspace.launcher"],
            cwd=ROOT,
            env=environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def said(self) -> str:
        self.output.seek(0)
        return self.output.read()

    def children(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True)
        return [int(number) for number in found.stdout.split()]

    def wait_for_greeting(self) -> None:
        wait_until(lambda: "The workspace is at" in self.said or self.process.poll() is not None, "the greeting", 90)
        assert self.process.poll() is None, self.said

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
        self.output.close()


def alive(number: int) -> bool:
    return Path(f"/proc/{number}").exists() and "Z" not in Path(f"/proc/{number}/stat").read_text().split()[2]


@pytest.fixture
def environment(embedded_template: Template, tmp_path: Path) -> dict[str, str]:
    return embedded_template.environment(tmp_path, "") | {"PORT": str(free_port())}


@pytest.fixture
def prepared(embedded_template: Template, environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """As after an earlier start, so that the next one is quick."""
    shutil.copytree(embedded_template.folder, tmp_path, dirs_exist_ok=True)
    return environment


@pytest.fixture
def launcher(prepared: dict[str, str]) -> Iterator[Launcher]:
    started = Launcher(prepared)
    yield started
    started.end()


def refused(environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "workspace.launcher"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def test_a_first_start_prepares_everything_and_says_where_to_go_and_a_second_one_keeps_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    first = Launcher(environment)
    first.wait_for_greeting()
    port = environment["PORT"]
    assert "Preparing the database" in first.said
    assert f"The workspace is at http://localhost:{port}" in first.said
    assert "coordinator@demo.example" in first.said
    for host in ("localhost", "127.0.0.1"):
        page = httpx.get(f"http://{host}:{port}/")
        assert page.status_code == 200
        assert "Agrifood" in page.text
    first.process.terminate()
    assert first.process.wait(timeout=20) == 0
    first.end()
    key = (tmp_path / "secret_key").read_text()
    second = Launcher(environment)
    second.wait_for_greeting()
    assert "Preparing the database" not in second.said
    assert "Agrifood" in httpx.get(f"http://localhost:{port}/").text
    assert (tmp_path / "secret_key").read_text() == key
    second.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_asked_to_stop_stops_both_processes_and_frees_the_port(launcher: Launcher, number: int) -> None:
    launcher.wait_for_greeting()
    children = launcher.children()
    assert len(children) == 2
    launcher.process.send_signal(number)
    assert launcher.process.wait(timeout=20) == 0
    assert not any(alive(child) for child in children)
    assert not accepts(int(launcher.environment["PORT"]))
    assert "Traceback" not in launcher.said


def test_ctrl_c_in_a_terminal_ends_it_cleanly_even_while_its_processes_start(launcher: Launcher) -> None:
    children = wait_until(lambda: found if len(found := launcher.children()) == 2 else [], "both processes", 60)
    os.killpg(launcher.process.pid, signal.SIGINT)
    assert launcher.process.wait(timeout=20) == 0
    assert not any(alive(child) for child in children)
    assert "Traceback" not in launcher.said


def test_the_processes_do_not_outlive_a_killed_launcher(launcher: Launcher) -> None:
    launcher.wait_for_greeting()
    children = launcher.children()
    launcher.process.kill()
    launcher.process.wait(timeout=10)
    wait_until(lambda: not any(alive(child) for child in children), "the end of both processes", 20)


def test_a_port_in_use_is_said_in_one_line(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        said = refused(environment)
    assert said == (f"Port {environment['PORT']} is in use. Stop what uses it or choose another: make run PORT=8001")


@pytest.mark.parametrize("port", ["0", "70000", "eight"])
def test_a_port_that_is_none_is_said_in_one_line(environment: dict[str, str], port: str) -> None:
    assert re.match(r".*PORT", refused(environment | {"PORT": port}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONN_MAX_AGE", "x"),
        ("TRUSTED_PROXIES", "-1"),
        ("HTTPS", "maybe"),
        ("DATABASE_URL", "foo"),
        ("DATABASE_URL", "postgres://user:secret@host:eight/name"),
        ("REDIS_URL", "localhost:6379"),
        ("EMAIL_URL", "smtp://host:x"),
        ("LOG_LEVEL", "loud"),
        ("LOG_REQUESTS", "sometimes"),
        ("METRICS_TOKEN", "secret"),
        ("HOST", "no such host"),
    ],
)
def test_a_value_that_cannot_be_is_said_in_one_line_with_its_name(
    environment: dict[str, str], name: str, value: str
) -> None:
    said = refused(environment | {name: value, "PYTHONWARNINGS": "default"})
    assert re.match(rf"{name}\b", said)
    assert "secret" not in said


def test_it_listens_on_an_address_of_version_6(prepared: dict[str, str]) -> None:
    try:
        with socket.socket(socket.AF_INET6) as asking:
            asking.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    started = Launcher(prepared | {"HOST": "::1"})
    try:
        started.wait_for_greeting()
        assert httpx.get(f"http://[::1]:{prepared['PORT']}/").status_code == 200
    finally:
        started.process.terminate()
        assert started.process.wait(timeout=20) == 0
        started.output.close()


def test_a_data_folder_that_cannot_be_is_said_in_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in refused(environment | {"DATA_DIR": str(tmp_path / "file" / "data")})


def test_outside_the_demo_a_missing_secret_key_stops_the_start(environment: dict[str, str]) -> None:
    del environment["DEMO"]
    said = refused(environment | {"ALLOWED_HOSTS": "workspace.example"})
    assert said.startswith("SECRET_KEY is not set.")


def test_outside_the_demo_an_open_demo_account_stops_the_start(prepared: dict[str, str]) -> None:
    serious = prepared | {"DEMO": "0", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "workspace.example"}
    assert "close_demo_accounts" in refused(serious)


def test_a_full_disk_is_called_full(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from workspace import launcher

    def fill() -> None:
        raise OSError(28, "No space left on device", "/data/workspace.sqlite3")

    monkeypatch.setattr(launcher, "check_surroundings", lambda: None)
    monkeypatch.setattr(launcher, "prepare", fill)
    assert launcher.main() == 1
    assert capsys.readouterr().err == "The disk that holds /data/workspace.sqlite3 is full.\n"


def test_static_files_are_collected_again_only_when_one_of_them_changed(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    from workspace import launcher

    settings.ROOT, settings.STATIC_ROOT = tmp_path, tmp_path / "var" / "static"
    source = tmp_path / "room" / "static" / "room.css"
    for folder in (source.parent, settings.STATIC_ROOT):
        folder.mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("")
    source.write_text("a {}")
    collected = []

    def collect(*_arguments: object, **_options: object) -> None:
        collected.append(source.read_text())
        (settings.STATIC_ROOT / f"room.{len(collected)}.css").write_text(source.read_text())

    monkeypatch.setattr(launcher, "call_command", collect)
    for text in ("a {}", "a {}", "b { }", "b { }"):
        if source.read_text() != text:
            source.write_text(text)
        launcher.collect_static(keep_earlier=False)
    assert collected == ["a {}", "b { }"]
