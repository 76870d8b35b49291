"""The sizes in which an image is kept."""

from enum import StrEnum


class Size(StrEnum):
    """A size of an image by its name in addresses; ``edge`` is the longest side in pixels."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def edge(self) -> int:
        return {Size.SMALL: 480, Size.MEDIUM: 1200, Size.LARGE: 2400}[self]


DOWNLOAD = "download"
"""What stands in the place of a size in the address of a file that is not an image."""
