"""Whether every file's bytes lie where its row says, and are what its row says."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from files.enums import DOWNLOAD, Size
from files.models import StoredFile


def problems(progress: Callable[[str], object]) -> Iterator[str]:
    """A line for each size of a file whose bytes are missing, cannot be read or are others; nothing where all is well.

    Of an image the large size is what its row describes; of the others it is only known that they are there.
    """
    count = StoredFile.objects.count()
    for place, file in enumerate(StoredFile.objects.order_by("pk").iterator(), 1):
        if place % 500 == 0:
            progress(f"files: {place} of {count}")
        for size in file.sizes:
            path = file.path(size)
            try:
                data = path.read_bytes()
            except OSError as trouble:
                yield f"file {file.pk} ({size}): {path} cannot be read: {trouble.strerror}"
                continue
            if not data:
                yield f"file {file.pk} ({size}): {path} is empty"
            elif size in {DOWNLOAD, Size.LARGE} and sha256(data).hexdigest() != file.sha256:
                yield f"file {file.pk} ({size}): {path} is not what was stored"
