"""`manage.py backup` and `restore`: everything, while people write, from one kind of database into the other."""

import hashlib
import json
import shutil
import threading
import uuid
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.servers import Server, Template, manage
from workspace import archive

pytestmark = pytest.mark.once("chooses its databases itself")


class Installation:
    """An empty installation of its own: a folder and, where a server's URL is given, a database on it."""

    def __init__(self, folder: Path, template: Template) -> None:
        name = f"restored_{uuid.uuid4().hex[:12]}"
        folder.mkdir()
        if template.postgresql_url:
            template.create_database(name, template.empty)
        else:
            shutil.copy(template.empty, folder / "workspace.sqlite3")
        shutil.copytree(template.folder / "static", folder / "static")
        self.environment = template.environment(folder, name)

    def manage(self, *arguments: str) -> str:
        return manage(*arguments, environment=self.environment)


def lines_of(path: Path, label: str) -> list[str]:
    with zipfile.ZipFile(path) as opened:
        return opened.read(f"rows/{label}.jsonl").decode().splitlines()


def rows_in(path: Path) -> dict[str, str]:
    """The digest of each kind of row and of each file of an archive."""
    with zipfile.ZipFile(path) as opened:
        digests: dict[str, str] = json.loads(opened.read("manifest.json"))["sha256"]
    return digests


@pytest.mark.server
def test_what_was_saved_by_the_time_of_the_backup_comes_back_on_either_database(
    new_server: Callable[..., Server], embedded_template: Template, scaled_template: Template, tmp_path: Path
) -> None:
    server = new_server(scaled=False)
    stop = threading.Event()
    posted: list[int] = []
    with closing(server.client("agency")) as client:
        topic = client.post(
            "/api/groups/agrifood/topics", json={"title": "While a backup runs", "source": "1", "key": "topic-key"}
        ).json()["id"]

        def write() -> None:
            number = 1
            while not stop.is_set():
                number += 1
                answer = client.post(f"/api/topics/{topic}/posts", json={"source": str(number), "key": f"k-{number}"})
                assert answer.status_code == 201
                posted.append(number)

        writer = threading.Thread(target=write)
        writer.start()
        saved_before = posted[-1] if posted else 1
        try:
            server.manage("backup", str(tmp_path / "first.zip"))
        finally:
            stop.set()
            writer.join()
    assert server.manage("verify") == "All is well.\n"

    scaled = Installation(tmp_path / "scaled", scaled_template)
    scaled.manage("restore", str(tmp_path / "first.zip"))
    assert scaled.manage("verify") == "All is well.\n"
    scaled.manage("backup", str(tmp_path / "second.zip"))
    assert lines_of(tmp_path / "second.zip", "forums.Post") == lines_of(tmp_path / "first.zip", "forums.Post")
    assert rows_in(tmp_path / "second.zip") == rows_in(tmp_path / "first.zip")

    embedded = Installation(tmp_path / "embedded", embedded_template)
    embedded.manage("restore", str(tmp_path / "second.zip"))
    embedded.manage("backup", str(tmp_path / "third.zip"))
    assert rows_in(tmp_path / "third.zip") == rows_in(tmp_path / "first.zip")

    again = Server(server.template)
    try:
        again.environment |= embedded.environment
        again.start()
        with closing(again.client("agency")) as client:
            numbers = [int(post["source"]) for post in client.get(f"/api/topics/{topic}/posts").json()["posts"]]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) >= min(saved_before, 50)
            fresh = client.post(f"/api/topics/{topic}/posts", json={"source": "After it all", "key": "after"})
            assert fresh.status_code == 201
    finally:
        again.remove()


@pytest.fixture
def written(transactional_db: None, settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("load_network", verbosity=0)
    path = tmp_path / "archive.zip"
    archive.write(path, progress=lambda _line: None)
    return path


def read(path: Path) -> None:
    archive.read(path, progress=lambda _line: None)


def test_it_is_not_restored_over_what_is_there(written: Path) -> None:
    with pytest.raises(archive.Refused, match="not empty: it has rows of groups"):
        read(written)


def test_a_backup_does_not_write_over_another(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(archive.Refused, match="is there already"):
        archive.write(written, progress=lambda _line: None)
    assert written.read_bytes() == before


def test_half_an_archive_is_refused(written: Path) -> None:
    written.write_bytes(written.read_bytes()[:-2000])
    with pytest.raises(archive.Refused, match="not a whole archive"):
        read(written)


def changed(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of the archive whose members went through the change; those that it makes None are left out."""
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                copy.writestr(name, data)
    return target


def test_an_archive_that_somebody_changed_is_refused(written: Path) -> None:
    other = changed(written, lambda name, data: data.replace(b"Silesia", b"Sylesia"))
    with pytest.raises(archive.Refused, match=r"rows/groups\.Region\.jsonl in this archive is not what was written"):
        read(other)


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"model": "sessions.session"}', b'{"model": "groups.region", "pk": 1}']
)
def test_a_row_that_is_none_is_refused(written: Path, line: bytes) -> None:
    def forged(name: str, data: bytes) -> bytes:
        if name == "rows/groups.Region.jsonl":
            return line
        return data.replace(digest_of_regions, hashlib.sha256(line).hexdigest().encode())

    digest_of_regions = rows_in(written)["rows/groups.Region.jsonl"].encode()
    path = changed(written, forged)
    call_command("flush", verbosity=0, interactive=False)
    with pytest.raises(archive.Refused, match="none of this program"):
        read(path)


def test_nobody_else_on_the_machine_reads_an_archive(written: Path) -> None:
    assert written.stat().st_mode & 0o777 == 0o600


def test_an_archive_that_lacks_a_part_is_refused(written: Path) -> None:
    other = changed(written, lambda name, data: None if name == "rows/groups.Region.jsonl" else data)
    with pytest.raises(archive.Refused, match="does not hold what its manifest says"):
        read(other)


def test_an_archive_of_other_tables_is_refused(written: Path) -> None:
    def older(name: str, data: bytes) -> bytes:
        if name != archive.MANIFEST:
            return data
        manifest = json.loads(data)
        manifest["migrations"] = manifest["migrations"][1:]
        return json.dumps(manifest).encode()

    with pytest.raises(archive.Refused, match="other tables"):
        read(changed(written, older))


def test_any_zip_file_is_refused(tmp_path: Path, db: None) -> None:
    with zipfile.ZipFile(tmp_path / "any.zip", "w") as other:
        other.writestr("readme.txt", "Hello")
    with pytest.raises(archive.Refused, match="no manifest"):
        read(tmp_path / "any.zip")


def test_no_session_leaves_with_an_archive(written: Path) -> None:
    with zipfile.ZipFile(written) as opened:
        assert not [name for name in opened.namelist() if "ession" in name]
