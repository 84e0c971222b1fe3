"""Pictures that people upload: decoded with an allow-list, cut square, always encoded anew.

What is stored is never what was sent: no script in a polyglot, no place in EXIF, no colour profile survives.
"""

import io
import struct
from typing import BinaryIO, Protocol, cast

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community_platform.core.errors import Invalid, TooLarge, WrongType

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 24_000_000  # a 17 kB PNG of 144 million took 700 MB to decode
QUALITY = 84

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


class Upload(Protocol):
    """An uploaded file, as Django has it."""

    size: int | None

    def seek(self, offset: int) -> int: ...

    def read(self, size: int = -1) -> bytes: ...


def square(upload: Upload, *, side: int, field: str) -> bytes:
    """Return the middle of the picture as a WebP of `side` × `side` pixels; of an animation, the first frame.

    Raises on `field`: TooLarge over 4 MB, WrongType for anything but PNG, JPEG, WebP and GIF, Invalid over 24
    megapixels. The size is read from the header and checked before a pixel is decoded.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise TooLarge(
            _("The picture is too large: %(n)d MB at most.") % {"n": MAX_BYTES // 1024 // 1024}, field=field
        )
    upload.seek(0)
    try:
        with Image.open(cast(BinaryIO, upload), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels(field)
            picture.draft("RGB", (side * 2, side * 2))  # JPEG only: decodes at a fraction of its size
            return _encoded(picture, side)
    except _BOMB as error:
        raise _too_many_pixels(field) from error
    except _BROKEN as error:
        raise WrongType(_("Use a PNG, JPEG, WebP or GIF picture."), field=field) from error


def _encoded(picture: Image.Image, side: int) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    fitted = ImageOps.fit(upright.convert(mode), (side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    fitted.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def _too_many_pixels(field: str) -> Invalid:
    text = _("The picture has too many pixels: %(n)d megapixels at most.")
    return Invalid(text % {"n": MAX_PIXELS // 1_000_000}, code="too_many_pixels", field=field)
