"""The bytes are there before the row is, wholly or not at all."""

import errno
import io
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from files import domain, jobs, shelf
from files.domain import ORPHAN_AGE, store_image, sweep_orphans
from files.models import StoredFile
from tests.files.making import picture, stored_file, stored_image

pytestmark = pytest.mark.django_db


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_three_sizes_are_three_files_that_only_the_server_reads(shelf_folder: Path) -> None:
    file = stored_image()
    assert {path.name for path in kept(shelf_folder)} == {f"{file.pk.hex}.{size}" for size in file.sizes}
    assert {path.stat().st_mode & 0o777 for path in kept(shelf_folder)} == {0o600}


@pytest.mark.parametrize("call", ["fsync", "write", "replace"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_full_disk_is_said_in_words_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, shelf_folder: Path, call: str, at: int
) -> None:
    calls = 0

    def fails(original: object) -> object:
        def wrapped(*args: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls == at:
                raise OSError(errno.ENOSPC, "No space left on device")
            return original(*args, **options)  # type: ignore[operator]

        return wrapped

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", fails(os.fsync))
    elif call == "replace":
        monkeypatch.setattr(Path, "replace", fails(Path.replace))
    else:
        monkeypatch.setattr(shelf, "_write", fails(shelf._write))
    with pytest.raises(ValidationError) as raised:
        stored_image()
    assert raised.value.code == "not_stored"
    assert kept(shelf_folder) == []
    assert StoredFile.objects.count() == 0


def test_a_folder_that_cannot_be_made_is_said_in_words(shelf_folder: Path) -> None:
    shelf_folder.write_text("in the way")
    with pytest.raises(ValidationError) as raised:
        stored_file(b"hello")
    assert raised.value.code == "not_stored"


def test_a_row_that_cannot_be_written_takes_its_bytes_along(
    shelf_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(StoredFile, "save", refuse)
    with pytest.raises(IntegrityError):
        stored_image()
    assert kept(shelf_folder) == []


def test_a_kind_that_nobody_registered_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        store_image(upload=io.BytesIO(picture()), kind="unheard of", key="1", person_id=None, alt="")


def test_a_failed_transaction_leaves_no_row_and_its_bytes_are_swept_a_day_later(shelf_folder: Path) -> None:
    stays = stored_image()
    with transaction.atomic():
        orphan = stored_image()
        transaction.set_rollback(True)
    assert list(StoredFile.objects.all()) == [stays]
    assert sweep_orphans() == 0
    scratch = shelf_folder / stays.pk.hex[:2] / f"{stays.pk.hex}.small.0011aabb.part"
    scratch.write_bytes(b"half")
    foreign = shelf_folder / "ab" / "readme.txt"
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text("not ours")
    assert sweep_orphans(now=time.time() + ORPHAN_AGE + 60) == 4
    assert set(kept(shelf_folder)) == {stays.path(size) for size in stays.sizes} | {foreign}
    assert not orphan.path("small").exists()


def test_the_nightly_job_sweeps(monkeypatch: pytest.MonkeyPatch, shelf_folder: Path) -> None:
    swept: list[bool] = []
    monkeypatch.setattr(domain, "sweep_orphans", lambda: swept.append(True))
    jobs.sweep_orphans.call_local()
    assert swept == [True]


def test_an_upload_is_read_from_its_beginning() -> None:
    upload = io.BytesIO(picture())
    upload.read()
    upload.name = "x.jpg"
    assert store_image(upload=upload, kind="tests", key="public", person_id=None, alt=" a\x00b ").alt == "a b"


def test_a_description_that_is_too_long_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as raised:
        store_image(upload=io.BytesIO(picture()), kind="tests", key="public", person_id=None, alt="x" * 501)
    assert raised.value.code == "alt"
