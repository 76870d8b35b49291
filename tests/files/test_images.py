"""What becomes of an uploaded image."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from files.domain import BYTE_LIMIT, store_image
from files.models import StoredFile
from tests.files.conftest import KIND
from tests.files.making import located, picture, png_of, reopened, stored_image

pytestmark = pytest.mark.django_db


def code_of(data: bytes, name: str = "x.jpg") -> str:
    with pytest.raises(ValidationError) as raised:
        stored_image(data, name=name)
    assert raised.value.messages[0]
    assert StoredFile.objects.count() == 0
    return str(raised.value.code)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 1000), {"small": (480, 120), "medium": (1200, 300), "large": (2400, 600)}),
        ((1000, 2000), {"small": (240, 480), "medium": (600, 1200), "large": (1000, 2000)}),
        ((60, 40), {"small": (60, 40), "medium": (60, 40), "large": (60, 40)}),
        ((9000, 1), {"small": (480, 1), "medium": (1200, 1), "large": (2400, 1)}),
    ],
)
def test_an_image_is_kept_in_three_sizes_and_never_enlarged(
    size: tuple[int, int], expected: dict[str, tuple[int, int]]
) -> None:
    file = stored_image(picture(size=size, form="PNG"))
    assert {name: reopened(file, name).size for name in file.sizes} == expected
    assert (file.width, file.height) == expected["large"]
    assert file.size == len(file.path("large").read_bytes())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_common_formats_are_taken_whatever_they_are_called(form: str) -> None:
    file = stored_image(picture(form=form), name="story.html")
    assert (file.content_type, file.is_image, file.original_name) == ("image/jpeg", True, "story.html")
    assert reopened(file).format == "JPEG"


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LA", "RGBA"])
def test_every_kind_of_pixel_becomes_one_that_browsers_show(mode: str) -> None:
    data = picture(mode, form="JPEG" if mode in ("CMYK", "YCbCr") else "PNG")
    assert reopened(stored_image(data)).format == ("WEBP" if mode in ("LA", "RGBA") else "JPEG")


def test_the_greys_of_a_scanner_keep_their_brightness() -> None:
    out = BytesIO()
    Image.new("I;16", (20, 20), 0x8000).save(out, "PNG")
    assert reopened(stored_image(out.getvalue())).getpixel((5, 5)) == (128, 128, 128)


def test_what_is_see_through_stays_so() -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 0))

    out = BytesIO()
    image.save(out, "PNG")
    file = stored_image(out.getvalue())
    assert file.content_type == "image/webp"
    assert reopened(file).convert("RGBA").getpixel((5, 5))[3] == 0


def test_of_an_animation_the_first_picture_is_kept() -> None:
    first, second = Image.new("RGB", (20, 20), (220, 30, 30)), Image.new("RGB", (20, 20), (30, 30, 220))

    for form in ("GIF", "WEBP", "PNG"):
        out = BytesIO()
        first.save(out, form, save_all=True, append_images=[second], duration=100)
        kept = reopened(stored_image(out.getvalue()))
        assert getattr(kept, "n_frames", 1) == 1
        red, _, blue = kept.convert("RGB").getpixel((5, 5))
        assert red > 180
        assert blue < 80


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    for form in ("JPEG", "WEBP", "PNG"):
        data = picture(size=(60, 40), form=form, exif=located())
        assert b"SecretCamera" in data
        file = stored_image(data)
        for size in file.sizes:
            kept = reopened(file, size)
            assert dict(kept.getexif()) == {}
            assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(kept.info)
            assert b"SecretCamera" not in file.path(size).read_bytes()
        upright = reopened(file).convert("RGB")
        assert upright.size == (40, 60)
        assert upright.getpixel((20, 10))[0] > 180  # what was left is on top now
        assert upright.getpixel((20, 50))[2] > 180


def test_comments_and_other_notes_are_gone_too() -> None:

    notes = PngInfo()
    notes.add_text("Comment", "Secret")
    notes.add_itxt("XML:com.adobe.xmp", "<x>Secret</x>")
    for data in (picture(form="PNG", pnginfo=notes), picture(comment=b"Secret"), picture(form="WEBP", xmp=b"Secret")):
        assert b"Secret" in data
        file = stored_image(data)
        assert [b"Secret" in file.path(size).read_bytes() for size in file.sizes] == [False] * 3


def test_a_colour_profile_is_applied_and_left_out_and_a_broken_one_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for noted in (profile, b"no profile at all"):
        kept = reopened(stored_image(picture(icc_profile=noted)))
        assert "icc_profile" not in kept.info
        assert kept.getpixel((5, 5))[0] > 180


def test_broken_camera_notes_do_no_harm() -> None:
    data = picture(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + b"\xff" * 50)
    assert reopened(stored_image(data)).size == (60, 40)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"hello", "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not_an_image"),
        (b"<!doctype html><script>alert(1)</script>", "not_an_image"),
        (b"%PDF-1.7", "not_an_image"),
        (b"GIF89a", "not_an_image"),
        (b"GIF89a/*" + b"x" * 50 + b"*/=1;alert(1)", "damaged"),
        (b"\xff\xd8\xff", "not_an_image"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "heic"),
        (b"BM" + b"\x00" * 60, "not_an_image"),
        (b"x" * (BYTE_LIMIT + 1), "too_large"),
        (png_of(10_000, 5_001), "too_many_pixels"),
        (png_of(60_000, 60_000), "too_many_pixels"),
        (png_of(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (png_of(100, 100, b"too few"), "damaged"),
        (png_of(0, 0), "not_an_image"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else value,
)
def test_what_is_no_usable_image_is_refused_in_words(data: bytes, code: str) -> None:
    assert code_of(data) in {code, "not_an_image"} if code == "damaged" else code_of(data) == code


def test_a_photo_that_was_cut_off_is_refused() -> None:
    whole = picture(size=(600, 400))
    for length in (len(whole) - 30, len(whole) // 2):
        assert code_of(whole[:length]) == "damaged"


def test_a_small_file_that_unfolds_to_forty_million_pixels_is_drawn_small() -> None:

    out = BytesIO()
    Image.new("1", (8000, 5000)).save(out, "PNG")
    assert len(out.getvalue()) < 50_000
    assert reopened(stored_image(out.getvalue())).size == (2400, 1500)


def test_a_program_hidden_in_an_image_does_not_survive() -> None:
    script = b"<script>alert(1)</script><?php system($_GET[0]); ?>"
    for data in (
        picture() + script,
        picture(form="PNG") + script,
        picture(form="GIF") + script,
        picture(comment=script),
    ):
        file = stored_image(data, name="x.php")
        assert [script in file.path(size).read_bytes() for size in file.sizes] == [False] * 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a/b\\c/Foto Čtvrtek.jpg", "Foto Čtvrtek.jpg"),
        ("C:\\photos\\x.jpg", "x.jpg"),
        ("..", "file"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
    ],
)
def test_the_name_is_kept_without_what_would_disguise_it(given: str, kept: str) -> None:

    upload = BytesIO(picture())
    upload.name = given
    assert store_image(upload=upload, kind=KIND, key="public", person_id=None, alt="").original_name == kept


def test_a_photo_that_is_drawn_over_and_over_is_refused() -> None:
    photo = picture(size=(600, 400), progressive=True)
    last_scan = photo[photo.rindex(b"\xff\xda") : -2]
    again = photo[:-2] + last_scan * 30 + b"\xff\xd9"
    assert stored_image(again).width == 600
    hidden = photo[:-2] + b"\xff\x01" + last_scan * 60 + b"\xff\xd9"
    for endless in (photo[:-2] + last_scan * 60 + b"\xff\xd9", hidden):
        with pytest.raises(ValidationError) as refusal:
            stored_image(endless)
        assert refusal.value.code == "too_many_scans"
    assert (
        stored_image(photo + last_scan * 60).width == 600
    )  # what follows the picture, a phone's film, is not looked at
