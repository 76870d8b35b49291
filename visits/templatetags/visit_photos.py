"""How a visit's photos are shown."""

from typing import Any

from django import template

from files.enums import Size
from files.models import StoredFile

register = template.Library()


@register.inclusion_tag("visits/photo.html")
def photo(file: StoredFile, description: str, sizes: str, eager: bool = False) -> dict[str, Any]:
    """An image in the size that fits: ``sizes`` is the attribute of ``img``; ``eager`` is for the first on a page."""
    width, height = file.width or 1, file.height or 1
    longest = max(width, height)
    offered = [(file.url(size), min(width, round(width * size.edge / longest))) for size in Size]
    return {
        "source": file.url(Size.MEDIUM),
        "sources": ", ".join(f"{address} {pixels}w" for address, pixels in offered),
        "sizes": sizes,
        "description": description,
        "width": width,
        "height": height,
        "eager": eager,
    }


@register.simple_tag
def photo_address(file: StoredFile, size: str) -> str:
    """The address of one size of a photo."""
    return file.url(size)
