"""The bytes on the disk: all of a file or nothing of it, safely there before the database says so."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

SCRATCH = ".part"


def put(contents: Mapping[Path, bytes]) -> None:
    """Write these files and wait until the disk has them. OSError where it cannot, and then none of them is there."""
    done: list[Path] = []
    try:
        for path, data in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, data)
            done.append(path)
        for folder in {path.parent for path in contents}:
            _settle(folder)
            _settle(folder.parent)
    except OSError:
        remove(done)
        raise


def remove(paths: "list[Path]") -> None:
    """Take these files away as far as they are there."""
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, data: bytes) -> None:
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}{SCRATCH}")
    try:
        with scratch.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError:
        remove([scratch])
        raise


def _settle(folder: Path) -> None:
    """Have the disk keep the folder's list of names too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
