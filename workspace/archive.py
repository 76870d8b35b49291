"""The whole installation in one file, and back: rows as JSON lines, uploads as they lie on the disk.

An archive is a ZIP file: ``rows/<app>.<Model>.jsonl`` (as Django serialises, a row a line, keys sorted),
``files/<path below MEDIA_ROOT>`` and ``manifest.json``, which is written last and names every member with its SHA-256.
It knows nothing of the database that it comes from, so it moves an installation between SQLite and PostgreSQL.

Sessions are left out: everybody signs in again after a restore. So is what is derived and made again when needed.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

FORMAT = 1
LEFT_OUT = {"sessions", "usersessions", "contenttypes", "auth", "markup"}
MANIFEST = "manifest.json"
CHUNK_ROWS = 500
CHUNK_BYTES = 1024 * 1024

Progress = Callable[[str], None]


class Refused(Exception):
    """Why an archive is not written or not taken, in words for the person who asked."""


@dataclass(frozen=True)
class Taken:
    """What is in an archive: how many rows and files, and the files whose bytes were not there."""

    rows: int
    files: int
    missing: list[str]


def write(target: Path, *, progress: Progress) -> Taken:
    """Writes an archive of this installation; people may go on writing meanwhile.

    The rows are those of one moment. The file appears under its name when it is whole and on the disk. Raises Refused
    where there is one of this name already, OSError where it cannot be written.
    """
    if target.exists():
        raise Refused(f"{target} is there already. Choose another name, or take it away first.")
    scratch = target.with_name(f"{target.name}.part")
    try:
        # It holds what everybody wrote, and all that passwords are checked against.
        scratch.touch(mode=0o600)
        with scratch.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                taken = _write_members(archive, progress)
            file.flush()
            os.fsync(file.fileno())
        scratch.rename(target)
    finally:
        scratch.unlink(missing_ok=True)
    return taken


def _write_members(archive: zipfile.ZipFile, progress: Progress) -> Taken:
    members: dict[str, str] = {}
    rows: dict[str, int] = {}
    with one_moment():
        migrations = sorted(map(list, MigrationRecorder(connection).applied_migrations()))
        for model in kept_models():
            label = model._meta.label
            name = f"rows/{label}.jsonl"
            members[name], rows[label] = _write_lines(archive, name, _lines(model))
            progress(f"{label}: {rows[label]}")
        paths = _paths_of_files()
    missing = []
    for number, path in enumerate(paths, start=1):
        name = f"files/{path.relative_to(settings.MEDIA_ROOT).as_posix()}"
        try:
            members[name] = _write_file(archive, name, path)
        except FileNotFoundError:
            missing.append(name)
        if number % 500 == 0 or number == len(paths):
            progress(f"files: {number} of {len(paths)}")
    manifest = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "migrations": migrations,
        "rows": rows,
        "missing": missing,
        "sha256": members,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return Taken(sum(rows.values()), len(paths) - len(missing), missing)


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read within is read as of one moment, and nobody who writes is kept waiting.

    Django's own ``atomic`` would take SQLite's lock for writing at once, as the project asks of it elsewhere.
    """
    begin = "BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def kept_models() -> list[type[models.Model]]:
    """The models whose rows an archive holds. Their order does not matter: foreign keys are checked at the commit."""
    every = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return [model for model in every if model._meta.app_label not in LEFT_OUT]


def _lines(model: type[models.Model]) -> Iterator[str]:
    rows = model._base_manager.order_by("pk").iterator(CHUNK_ROWS)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        for row in serializers.serialize("python", chunk):
            yield json.dumps(row, cls=Exactly, sort_keys=True)


class Exactly(DjangoJSONEncoder):
    """As Django writes rows, but for moments, which it cuts at the millisecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterator[str]) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as member:
        for line in lines:
            data = f"{line}\n".encode()
            digest.update(data)
            member.write(data)
            count += 1
    return digest.hexdigest(), count


def _paths_of_files() -> list[Path]:
    stored = apps.get_model("files", "StoredFile")
    return [file.path(size) for file in stored.objects.order_by("pk").iterator() for size in file.sizes]


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as member:
        return _copy(source, member)


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(CHUNK_BYTES):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()


def read(source: Path, *, progress: Progress) -> Taken:
    """Fills this installation from an archive; all of it or, where anything is wrong, nothing of its rows.

    Raises Refused for an installation that is not empty, a file that is no whole archive, and an archive of another
    version of the program; OSError where files cannot be written.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            _check(archive, manifest, progress)
            with transaction.atomic():
                _refuse_unless_empty()
                for label, count in manifest["rows"].items():
                    _read_rows(archive, label, count)
                    progress(f"{label}: {count}")
                _continue_numbering()
                names = _read_files(archive, manifest, progress)
    except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as broken:  # the last: it asks for a password
        raise Refused(f"{source} is not a whole archive: {broken}.") from None
    except serializers.base.DeserializationError as strange:
        raise Refused(f"{source} holds a row that is none of this program's: {strange}.") from None
    return Taken(sum(manifest["rows"].values()), len(names), manifest["missing"])


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = dict(json.loads(archive.read(MANIFEST)))
    except (KeyError, ValueError, TypeError):
        raise Refused("This is not an archive of the workspace: it has no manifest.") from None
    if manifest.get("format") != FORMAT:
        raise Refused(f"This archive is of format {manifest.get('format')}; this program reads format {FORMAT}.")
    here = sorted(map(list, MigrationRecorder(connection).applied_migrations()))
    if manifest["migrations"] != here:
        theirs = {tuple(each) for each in manifest["migrations"]}
        differing = sorted(theirs ^ {tuple(each) for each in here})
        named = ", ".join(".".join(each) for each in differing[:5])
        raise Refused(
            f"This archive and this installation have other tables ({named}): use the version of the program that "
            "wrote the archive, run `migrate` on an empty installation, restore, and update then."
        )
    return manifest


def _check(archive: zipfile.ZipFile, manifest: dict[str, Any], progress: Progress) -> None:
    """Refuses an archive in which anything is missing, added or changed, before the first row is written."""
    wanted = set(manifest["sha256"]) | {MANIFEST}
    if wanted != set(archive.namelist()):
        raise Refused("This archive does not hold what its manifest says.")
    for name, digest in manifest["sha256"].items():
        with archive.open(name) as member:
            if hashlib.file_digest(member, "sha256").hexdigest() != digest:  # type: ignore[arg-type]  # it only reads
                raise Refused(f"{name} in this archive is not what was written.")
    progress("the archive is whole")


def _refuse_unless_empty() -> None:
    for model in kept_models():
        if model._base_manager.exists():
            raise Refused(
                f"This installation is not empty: it has rows of {model._meta.label}. Restore into a new one: an empty "
                "database (DATABASE_URL) and an empty folder (DATA_DIR), after `manage.py migrate`."
            )
    if next(Path(settings.MEDIA_ROOT).glob("??/*"), None) is not None:
        raise Refused(f"{settings.MEDIA_ROOT} is not empty. Restore into a new DATA_DIR.")


def _read_rows(archive: zipfile.ZipFile, label: str, count: int) -> None:
    model = apps.get_model(label)
    read = 0
    with archive.open(f"rows/{label}.jsonl") as member:
        found = serializers.deserialize("jsonl", member)
        while chunk := list(islice(found, CHUNK_ROWS)):
            model._base_manager.bulk_create([each.object for each in chunk])
            for each in chunk:
                for accessor, values in (each.m2m_data or {}).items():
                    getattr(each.object, accessor).set(values)
            read += len(chunk)
    if read != count:
        raise Refused(f"This archive holds {read} rows of {label}, not {count}.")


def _continue_numbering() -> None:
    """Lets new rows be numbered after the restored ones (PostgreSQL counts apart from what is in the table)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)


def _read_files(archive: zipfile.ZipFile, manifest: dict[str, Any], progress: Progress) -> list[str]:
    root = Path(settings.MEDIA_ROOT)
    names = [name for name in manifest["sha256"] if name.startswith("files/")]
    allowed = {f"files/{path.relative_to(root).as_posix()}" for path in _paths_of_files()}
    if strange := sorted(set(names) - allowed):
        raise Refused(f"This archive holds a file that no row speaks of: {strange[0]}.")
    for number, name in enumerate(names, start=1):
        path = root / name.removeprefix("files/")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with archive.open(name) as member, path.open("xb") as target:
            os.fchmod(target.fileno(), 0o600)
            _copy(member, target)
            target.flush()
            os.fsync(target.fileno())
        if number % 500 == 0 or number == len(names):
            progress(f"files: {number} of {len(names)}")
    return names
