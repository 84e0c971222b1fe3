import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community_platform.core.errors import Invalid, WrongType
from community_platform.core.images import cut


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("picture", content)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(cut(upload(content), sizes=[(64, 64)], field="avatar")[0]))


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and brings almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(12_000, 12_000), (60_000, 60_000), (24_000_001, 1)])
def test_a_bomb_is_refused_from_its_header(size):
    with pytest.raises(Invalid) as caught:
        cut(upload(png_header(*size)), sizes=[(64, 64)], field="avatar")[0]
    assert caught.value.code == "too_many_pixels"


def test_a_truncated_picture_is_refused():
    whole = encoded(Image.effect_noise((500, 500), 50), "PNG")
    with pytest.raises(WrongType):
        cut(upload(whole[: len(whole) // 2]), sizes=[(64, 64)], field="avatar")[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 99,
        b"%PDF-1.7\n",
        b"<html><script>alert(1)</script>",
        b"PK\x03\x04" + b"\0" * 40,
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_other_files_are_refused(content):
    with pytest.raises(WrongType):
        cut(upload(content), sizes=[(64, 64)], field="avatar")[0]


def test_a_format_outside_the_list_is_refused_though_pillow_could_read_it():
    with pytest.raises(WrongType):
        cut(upload(encoded(Image.new("RGB", (9, 9)), "BMP")), sizes=[(64, 64)], field="avatar")[0]


def test_a_polyglot_loses_what_it_carried():
    script = b"<script>alert(1)</script>"
    content = encoded(Image.new("RGB", (80, 80), "teal"), "PNG") + script
    assert script not in cut(upload(content), sizes=[(64, 64)], field="avatar")[0]


def test_exif_turns_the_picture_and_is_gone():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    image = Image.new("RGB", (100, 100), "red")
    image.paste("blue", (0, 0, 100, 50))
    result = opened(encoded(image, "JPEG", exif=exif, quality=95))
    assert not dict(result.getexif())
    assert "exif" not in result.info
    assert result.convert("RGB").getpixel((60, 32))[2] > 150  # the blue half is at the right now


def test_a_wide_picture_is_cut_to_its_middle():
    image = Image.new("RGB", (300, 100), "red")
    image.paste("blue", (100, 0, 200, 100))
    result = opened(encoded(image, "PNG")).convert("RGB")
    assert result.size == (64, 64)
    assert all(result.getpixel((x, 32))[2] > 200 for x in (2, 32, 61))


def test_transparency_stays_and_of_an_animation_the_first_frame():
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    assert opened(encoded(clear, "PNG")).convert("RGBA").getpixel((5, 5))[3] == 0
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    still = opened(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert getattr(still, "n_frames", 1) == 1
    assert still.convert("RGB").getpixel((5, 5))[0] > 200


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_every_colour_mode_ends_as_a_plain_picture(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(encoded(Image.new(mode, (40, 40)), kind)).size == (64, 64)
