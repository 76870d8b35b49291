"""Images: opened with limits, turned upright, and drawn anew, so that nothing of the upload but its pixels is kept."""

import logging
import re
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, UnidentifiedImageError

from files.enums import Size

logger = logging.getLogger(__name__)

PIXEL_LIMIT = 50_000_000
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_PHONE_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
# Photos come in one scan or about ten. Each is a walk over the whole picture, and a few bytes make thousands of them.
SCAN_LIMIT = 50
_SCAN, _END, _BARE = 0xDA, 0xD9, 0x01
# What begins a segment of a JPEG. Within a scan, 0xFF stands before a zero or is the sign of a restart.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
# A large image takes some hundred megabytes while it is open: one after the other.
_at_the_easel = threading.Lock()


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image in all sizes: encoded bytes by size, and the width and height of the large one in pixels."""

    content_type: str
    bytes_by_size: dict[Size, bytes]
    width: int
    height: int


def looks_like_image(data: bytes) -> bool:
    """Whether the first bytes are those of an image in a common format."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM")) or data[8:12] in (b"WEBP", *_PHONE_BRANDS)


def draw(data: bytes) -> Drawn:
    """The image in three sizes, never larger than it came; ValidationError in words where it cannot be used.

    Opaque images become JPEG, others WebP. Of an animation the first picture is kept.
    """
    if data[4:8] == b"ftyp" and data[8:12] in _PHONE_BRANDS:
        raise ValidationError(
            _("This photo is in the HEIC format, which browsers cannot show. Please save it as JPEG and add it again."),
            code="heic",
        )
    # Pillow speaks of every oddity that it reads past; in an upload that is nothing to speak of.
    with _at_the_easel, warnings.catch_warnings(action="ignore", category=UserWarning):
        try:
            picture = _opened(data)
            return _drawn(picture)
        except ValidationError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels() from error
        except UnidentifiedImageError as error:
            raise ValidationError(
                _("This is not an image that can be shown here. JPEG, PNG, WebP and GIF can."), code="not_an_image"
            ) from error
        except Exception as error:  # a decoder may trip over hostile bytes in any way
            logger.info("an image of %d bytes could not be decoded", len(data), exc_info=True)
            raise ValidationError(_("This image is damaged or incomplete."), code="damaged") from error


def _scans_in(data: bytes) -> int:
    """How many scans the (first) picture of a JPEG has."""
    count, at = 0, 0
    while (found := _MARKER.search(data, at)) is not None and found[1][0] != _END:
        at = found.end()
        count += found[1][0] == _SCAN
        if found[1][0] not in (_BARE, 0xD8):
            at += int.from_bytes(data[at : at + 2])
    return count


def _too_many_pixels() -> ValidationError:
    message = _("This image has too many pixels; at most %(limit)d million can be taken.")
    return ValidationError(message, params={"limit": PIXEL_LIMIT // 1_000_000}, code="too_many_pixels")


def _opened(data: bytes) -> Image.Image:
    """The first picture, upright, in sRGB, as RGB or RGBA, no larger than the large size needs."""
    edge = Size.LARGE.edge
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > PIXEL_LIMIT:
            raise _too_many_pixels()
        if image.format in ("JPEG", "MPO") and _scans_in(data) > SCAN_LIMIT:
            message = _("This image builds up in too many steps. Please save it anew and add it again.")
            raise ValidationError(message, code="too_many_scans")
        profile = image.info.get("icc_profile")
        orientation = _orientation(image)
        image.draft(None, (edge, edge))
        image.load()
        if image.mode.startswith(("I", "F")):
            picture = image.convert("I").point(lambda value: value / 256).convert("RGB")
        elif image.has_transparency_data:
            picture = image.convert("RGBA")
        else:
            picture = _in_srgb(image, profile)
    picture.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    if orientation:
        picture = picture.transpose(orientation)
    return picture


def _orientation(image: Image.Image) -> Image.Transpose | None:
    """How the picture has to be turned to stand upright, where the camera noted it readably."""
    try:
        noted = image.getexif().get(0x0112)
    except Exception:  # what a camera noted may be broken in any way, and the picture good all the same
        return None
    turns = Image.Transpose
    return {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }.get(noted if isinstance(noted, int) else 1)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in the colours that browsers assume; phones and printers note others in a profile, which goes."""
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image.convert("RGB")
        if converted is not None:
            return converted
    return image.convert("RGB")


def _drawn(picture: Image.Image) -> Drawn:
    has_alpha = picture.mode == "RGBA"
    width, height = picture.size
    encoded: dict[Size, bytes] = {}
    for size in (Size.LARGE, Size.MEDIUM, Size.SMALL):
        picture.thumbnail((size.edge, size.edge), Image.Resampling.LANCZOS)
        picture.info.clear()
        out = BytesIO()
        if has_alpha:
            picture.save(out, "WEBP", quality=85)
        else:
            picture.save(out, "JPEG", quality=85, progressive=True, optimize=True)
        encoded[size] = out.getvalue()
    return Drawn("image/webp" if has_alpha else "image/jpeg", encoded, width, height)
