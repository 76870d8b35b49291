"""A kind of file with a policy that tests can read off its keys, and a folder of its own for the bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from files import kinds

KIND = "tests"


def may_read(person_id: int | None, key: str) -> bool:
    """``public`` is everybody's, ``for:1,2`` those people's, anything else nobody's."""
    return key == "public" or str(person_id) in key.removeprefix("for:").split(",")


@pytest.fixture(autouse=True)
def kind() -> Iterator[str]:
    kinds.register_file_kind(KIND, may_read)
    yield KIND
    del kinds._kinds[KIND]


@pytest.fixture(autouse=True)
def shelf_folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"
