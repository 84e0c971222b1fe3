"""Pictures that people upload: decoded with an allow-list, cut to a size or made smaller, always encoded anew.

What is stored is never what was sent: no script in a polyglot, no place in EXIF, no colour profile survives.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Protocol, cast

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community_platform.core.errors import Invalid, TooLarge, WrongType

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 24_000_000  # a 17 kB PNG of 144 million took 700 MB to decode
MAX_PIXELS_WHOLE = 20_000_000  # of what no decoder makes smaller: with transparency 80 MB
MAX_PIXELS_IN_TEXTS = 40_000_000  # what a telephone takes today
QUALITY = 84
STRIP = 64  # rows of the result that are made at a time
ORIENTATION = 0x0112  # tag of EXIF
SPARE = 1.3  # times as many pixels a side are left for the filter that makes the last step

# What Pillow raises on files that are not what they say; each of these was seen on a damaged or hostile file.
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    OverflowError,
    MemoryError,
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


Focus = tuple[float, float]
MIDDLE: Focus = (0.5, 0.5)


class Upload(Protocol):
    """An uploaded file, as Django has it."""

    size: int | None

    def seek(self, offset: int) -> int: ...

    def read(self, size: int = -1) -> bytes: ...


def cut(upload: Upload, *, sizes: Sequence[tuple[int, int]], focus: Focus = MIDDLE, field: str) -> list[bytes]:
    """Return the picture as WebPs of exactly `sizes` (width, height); of an animation, the first frame.

    What is cut off lies as far as possible from `focus`, (0, 0) being the upper left corner and (1, 1) the lower right.
    Raises on `field`: TooLarge over 4 MB, WrongType for anything but PNG, JPEG, WebP and GIF, Invalid over 24
    megapixels (20 where it is no JPEG). The size is read from the header and checked before a pixel is decoded.
    """
    largest = max(max(size) for size in sizes)
    with _opened(upload, field, MAX_PIXELS) as picture:
        if picture.format != "JPEG" and picture.width * picture.height > MAX_PIXELS_WHOLE:
            raise _too_many_pixels(field, MAX_PIXELS_WHOLE)
        picture.draft("RGB", (largest * 2, largest * 2))  # JPEG only: decodes at a fraction of its size
        upright = _shrunk(picture, sizes)
        ImageOps.exif_transpose(upright, in_place=True)  # a copy of 24 megapixels is 96 MB
        upright = _coloured(upright)
        return [
            _encoded(_framed(upright, size, focus).resize(size, Image.Resampling.LANCZOS)) for size in sizes
        ]


def reduced(upload: Upload, *, longest: int, field: str, most: int = MAX_BYTES) -> tuple[bytes, int, int]:
    """Return the whole picture as a WebP, upright, neither side longer than `longest` pixels, with width and height.

    Raises on `field` as `cut` does (over `most` bytes), Invalid over 40 megapixels.
    """
    with _opened(upload, field, MAX_PIXELS_IN_TEXTS, most) as picture:
        picture.draft("RGB", (longest, longest))
        if picture.mode not in {"RGB", "RGBA", "L"}:  # a palette cannot be made smaller
            picture = _coloured(picture)
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)  # before it is copied
        upright = _coloured(ImageOps.exif_transpose(picture))
        return _encoded(upright), upright.width, upright.height


@contextmanager
def _opened(upload: Upload, field: str, most: int, most_bytes: int = MAX_BYTES) -> Iterator[Image.Image]:
    """Open an allowed picture; everything that goes wrong inside, decoding included, is a refusal on `field`."""
    if (upload.size or 0) > most_bytes:
        raise TooLarge(
            _("The picture is too large: %(n)d MB at most.") % {"n": most_bytes // 1024 // 1024}, field=field
        )
    upload.seek(0)
    try:
        with Image.open(cast(BinaryIO, upload), formats=FORMATS) as picture:
            if picture.width * picture.height > most:
                raise _too_many_pixels(field, most)
            yield picture
    except _BOMB as error:
        raise _too_many_pixels(field, most) from error
    except _BROKEN as error:
        raise WrongType(_("Use a PNG, JPEG, WebP or GIF picture."), field=field) from error


def _shrunk(picture: Image.Image, sizes: Sequence[tuple[int, int]]) -> Image.Image:
    """Return the picture by a whole factor smaller, where it stays well above all `sizes`; else as it is."""
    sides = (max(size[0] for size in sizes), max(size[1] for size in sizes))
    if picture.getexif().get(ORIENTATION, 1) > 4:  # it lies on its side
        sides = sides[::-1]
    factor = int(min(side / wanted for side, wanted in zip(picture.size, sides, strict=True)) / SPARE)
    if factor < 2 or picture.mode not in {"RGB", "RGBA", "L"}:
        return picture
    small = Image.new(picture.mode, (-(-picture.width // factor), -(-picture.height // factor)))
    for top in range(0, picture.height, factor * STRIP):  # Pillow copies what it reduces where it is transparent
        strip = picture.crop((0, top, picture.width, min(top + factor * STRIP, picture.height)))
        small.paste(strip.reduce(factor), (0, top // factor))
    small.info = picture.info  # which way it is up
    return small


def _framed(picture: Image.Image, size: tuple[int, int], focus: Focus) -> Image.Image:
    """Cut the largest part that has the shape of `size`, as near to `focus` as it goes."""
    scale = min(picture.width / size[0], picture.height / size[1])
    width, height = (max(1, round(side * scale)) for side in size)
    left, top = round((picture.width - width) * focus[0]), round((picture.height - height) * focus[1])
    return picture.crop((left, top, left + width, top + height))


def _coloured(picture: Image.Image) -> Image.Image:
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def _too_many_pixels(field: str, most: int) -> Invalid:
    text = _("The picture has too many pixels: %(n)d megapixels at most.")
    return Invalid(text % {"n": most // 1_000_000}, code="too_many_pixels", field=field)
