"""The picture that a shared link shows (OpenGraph): a title in large letters, who wrote it and where.

Drawn with the Inter of the admin theme's wheel, which has Latin and Cyrillic. A picture is named by the digest of what
is on it, so an address never changes its content; files are kept in `var/cards/`, the latest ones only.
"""

import hashlib
import io
import random
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from PIL import Image, ImageDraw, ImageFont

from community_platform.core import brand
from community_platform.core.typeface import known, truetype

WIDTH, HEIGHT = 1200, 630  # what networks show without cutting
VERSION = 1  # raise it when the drawing changes
KEPT = 2000  # files, about 30 kB each
MAX_AGE = 86_400  # a day: what is hidden later must not be shown by caches for long
_EDGE, _LEAD = 80, 1.22
_PORTRAIT = 260
_INK, _MUTED, _PAPER, _STAR = (255, 255, 255), (186, 190, 214), (24, 22, 52), (34, 31, 70)
_SIZES = (76, 66, 58, 50)  # of the title, the largest that fits into _LINES
_LINES = {76: 3, 66: 4, 58: 4, 50: 5}


@dataclass(frozen=True, slots=True)
class Card:
    """What is written on a picture. `note` is the line below the title: an author, a description."""

    title: str
    note: str = ""
    label: str = ""  # in the upper right corner: a category
    portrait: str = ""  # name of a stored square picture, shown round

    @property
    def digest(self) -> str:
        """Name what is on the picture, in 16 characters."""
        parts = (str(VERSION), settings.SITE_NAME, self.title, self.note, self.label, *filter(None, [self.portrait]))
        return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]


def answer(request: HttpRequest, card: Card) -> HttpResponse:
    """Answer the picture, or 304 to who has it."""
    etag = f'"{card.digest}"'
    response = get_conditional_response(request, etag)
    if response is None:
        response = HttpResponse(picture(card), content_type="image/png")
    response["ETag"], response["Cache-Control"] = etag, f"public, max-age={MAX_AGE}"
    return response  # type: ignore[return-value]


def picture(card: Card) -> bytes:
    """Return the PNG of `card`, from disk if it was drawn before."""
    folder = Path(settings.VAR_DIR) / "cards"
    file = folder / f"{card.digest}.png"
    with suppress(OSError):
        return file.read_bytes()
    drawn = draw(card)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{uuid4().hex}.part"  # a reader must never see half a file
    part.write_bytes(drawn)
    part.replace(file)
    if random.random() < 0.02:  # noqa: S311 - now and then, by whoever draws
        _prune(folder)
    return drawn


def draw(card: Card) -> bytes:
    """Draw the picture; about 40 ms."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    brand.draw_stars(image, (WIDTH - 520, HEIGHT - 560), 760, _STAR)
    image.paste(brand.gradient(WIDTH, 14), (0, HEIGHT - 14))
    image.paste(brand.draw_mark(64), (_EDGE, 64), _rounded(64, 16))
    pen = ImageDraw.Draw(image)
    pen.text((_EDGE + 84, 96), known(settings.SITE_NAME), font=_font("SemiBold", 34), fill=_INK, anchor="lm")
    if label := _cut(card.label, _font("SemiBold", 28), 480):
        _pill(pen, label)
    room = WIDTH - 2 * _EDGE
    if portrait := _portrait(card.portrait):
        image.paste(portrait, (WIDTH - _EDGE - _PORTRAIT, 190), _rounded(_PORTRAIT, _PORTRAIT // 2))
        room -= _PORTRAIT + 40
    size, lines = _title(card.title, room)
    top = 330 - len(lines) * size * _LEAD / 2
    for n, line in enumerate(lines):
        pen.text((_EDGE, top + n * size * _LEAD), line, font=_font("Bold", size), fill=_INK)
    note = _cut(card.note, _font("Regular", 32), WIDTH - 2 * _EDGE)
    pen.text((_EDGE, HEIGHT - 86), note, font=_font("Regular", 32), fill=_MUTED, anchor="lm")
    out = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _prune(folder: Path) -> None:
    """Keep the files that were drawn last."""
    found = []
    for path in folder.iterdir():
        with suppress(OSError):  # another process prunes, too
            found.append((path.stat().st_mtime, path))
    for _moment, path in sorted(found, reverse=True)[KEPT:]:
        path.unlink(missing_ok=True)


def _pill(pen: ImageDraw.ImageDraw, label: str) -> None:
    font = _font("SemiBold", 28)
    width = font.getlength(label)
    right = WIDTH - _EDGE
    pen.rounded_rectangle((right - width - 48, 66, right, 126), radius=30, fill=(58, 52, 122))
    pen.text((right - 24 - width, 96), label, font=font, fill=_INK, anchor="lm")


def _rounded(side: int, radius: int) -> Image.Image:
    mask = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, side * 4 - 1, side * 4 - 1), radius=radius * 4, fill=255)
    return mask.resize((side, side), Image.Resampling.LANCZOS)


def forget(card: Card) -> None:
    """Remove the file of a picture that shows what nobody may see any more."""
    (Path(settings.VAR_DIR) / "cards" / f"{card.digest}.png").unlink(missing_ok=True)


def _portrait(name: str) -> Image.Image | None:
    """Return the stored picture in its size here; None without one, or where the file is gone or broken."""
    if not name:
        return None
    with suppress(OSError, ValueError), default_storage.open(name, "rb") as file, Image.open(file) as picture:
        return picture.convert("RGB").resize((_PORTRAIT, _PORTRAIT), Image.Resampling.LANCZOS)
    return None


def _title(text: str, room: int) -> tuple[int, list[str]]:
    """Return the size and the lines of the title; what does not fit at the smallest size ends in `…`."""
    for size in _SIZES:
        lines = _wrapped(text, _font("Bold", size), room)
        if len(lines) <= _LINES[size]:
            return size, lines
    size, count = _SIZES[-1], _LINES[_SIZES[-1]]
    lines[count - 1] = _cut(" ".join(lines[count - 1 :]), _font("Bold", size), room)
    return size, lines[:count]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in known(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        lines += [word] if lines[-1] else []
        lines[-1] = lines[-1] or word
        while font.getlength(lines[-1]) > width:  # one word that is longer than a line
            fits = next(n for n in range(len(lines[-1]), 0, -1) if font.getlength(lines[-1][:n]) <= width)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    text = " ".join(known(text).split())
    while text and font.getlength(text) > width:
        text = text.rstrip("…")[:-1].rstrip() + "…"
    return text


@lru_cache(maxsize=16)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(truetype(weight)), size, layout_engine=ImageFont.Layout.BASIC)
