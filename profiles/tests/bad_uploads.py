"""Forty files that somebody may send as a picture. None may be stored as it is.

`CORPUS` maps names to (content, whether it is a picture after all, in which case it is stored re-encoded). Files with
MARK must lose it: scripts, places, archives that hide in or behind a picture.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

MARK = b"hidden-<script>alert(1)</script>-55.7522,37.6156"
MEGA = 1024 * 1024


def picture(kind: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode in {"L", "P", "I", "I;16"} else None or 0).save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes | None = None, *, depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG of which only the header is true; `data` is its packed pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    pixels = zlib.compress(b"\0" * 1000) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def with_exif(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()  # description
    exif[0x8825] = {1: "N", 2: (55.0, 45.0, 8.0), 3: "E", 4: (37.0, 36.0, 56.0)}  # place
    return picture(kind, exif=exif)


def with_text(*, itxt: bool) -> bytes:
    info = PngInfo()
    if itxt:
        info.add_itxt("Comment", MARK.decode())
    else:
        info.add_text("Comment", MARK.decode())
    return picture("PNG", pnginfo=info)


def animation(kind: str, frames: int, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    images = [Image.new("RGB", size, (n % 256, 0, 0)) for n in range(frames)]
    images[0].save(out, kind, save_all=True, append_images=images[1:], duration=10)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("evil.html", MARK)
    return out.getvalue()


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def spoiled(content: bytes, place: float) -> bytes:
    """Return `content` with noise in the middle of it."""
    at = int(len(content) * place)
    return content[:at] + noise(40) + content[at + 40 :]


JPEG, PNG, WEBP, GIF = (picture(kind) for kind in ("JPEG", "PNG", "WEBP", "GIF"))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

CORPUS: dict[str, tuple[bytes, bool]] = {
    # Not pictures at all.
    "empty.png": (b"", False),
    "zeros.png": (b"\0" * 4096, False),
    "noise.jpg": (noise(50_000), False),
    "page.png": (b"<!doctype html>" + MARK, False),
    "drawing.svg": (SVG, False),
    "drawing.png": (SVG, False),
    "script.php.png": (b"<?php system($_GET['c']); ?>", False),
    "program.png": (b"\x7fELF" + noise(2000), False),
    "program.exe.jpg": (b"MZ" + noise(2000), False),
    "paper.pdf": (b"%PDF-1.7\n" + MARK, False),
    "archive.png": (archive(), False),
    "packed.png": (gzip.compress(PNG), False),
    "film.mp4": (b"\0\0\0\x18ftypmp42" + noise(2000), False),
    "postscript.png": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n" + MARK, False),
    # Pictures of other kinds, whose decoders are nobody's business.
    "picture.bmp": (picture("BMP"), False),
    "picture.tiff": (picture("TIFF"), False),
    "picture.ico": (picture("ICO", (64, 64)), False),
    "picture.tga": (picture("TGA"), False),
    "picture.ppm": (picture("PPM"), False),
    "picture.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n" + noise(500), False),
    "picture.avif": (b"\0\0\0\x1cftypavif" + noise(500), False),
    # Promises that would cost memory.
    "bomb.png": (png(12_000, 12_000), False),
    "long.png": (png(24_000_001, 1), False),
    "huge.png": (png(2**31 - 1, 2**31 - 1), False),
    "nothing.png": (png(0, 0), False),
    "deep.png": (png(4_400, 4_500, zlib.compress((b"\0" * (1 + 4_400 * 8)) * 4_500, 9), depth=16, colour=6), True),
    "flat.png": (picture("PNG", (4_400, 4_500)), True),
    "text_bomb.png": (PNG[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 64 * MEGA)) + PNG[33:], False),
    "too_heavy.png": (PNG + noise(5 * MEGA), False),
    "many_frames.gif": (animation("GIF", 400, (200, 200)), True),
    # Damaged.
    "cut_off.png": (PNG[: len(PNG) // 2], False),
    "cut_off.jpg": (JPEG[: len(JPEG) // 3], False),
    "spoiled.webp": (WEBP[:20] + noise(60), False),
    "spoiled.gif": (GIF[:10], False),
    # Pictures that carry something.
    "place.jpg": (with_exif("JPEG"), True),
    "place.webp": (with_exif("WEBP"), True),
    "comment.png": (with_text(itxt=False), True),
    "comment_utf8.png": (with_text(itxt=True), True),
    "page_behind.jpg": (JPEG + MARK, True),
    "archive_behind.png": (PNG + archive(), True),
    "profile.jpg": (picture("JPEG", icc_profile=MARK * 20), True),
    "animated.webp": (animation("WEBP", 5, (100, 100)), True),
}
