"""A certificate as a page to print: A4, landscape, with a QR code that leads to the page that proves it."""

import io
from functools import cache
from typing import Any

import qrcode
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from community_platform.core import brand
from community_platform.core.typeface import characters, truetype
from courses.models import Certificate

WIDTH, HEIGHT = landscape(A4)
_EDGE = 56.0
_INK, _MUTED, _LINE, _ACCENT = HexColor(0x1B1A33), HexColor(0x5E6079), HexColor(0xDCDCEB), HexColor(0x5B45D6)
_EAST_ASIAN = "STSong-Light"  # every PDF reader has it; Inter has Latin, Greek and Cyrillic only


def pdf_of(certificate: Certificate) -> bytes:
    """Return the PDF, in the language of the certificate; about 50 ms. The same certificate gives the same bytes."""
    _register_fonts()
    out = io.BytesIO()
    page = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    with translation.override(certificate.language):
        page.setTitle(_("Certificate: %(course)s") % {"course": certificate.course_title})
        page.setAuthor(settings.SITE_NAME)
        page.setSubject(certificate.holder_name)
        page.setKeywords(str(certificate.uuid))
        page.setCreator(settings.SITE_NAME)
        _draw_frame(page)
        _draw_words(page, certificate)
        _draw_code(page, certificate)
    page.showPage()
    page.save()
    return out.getvalue()


def code_matrix(text: str) -> list[list[bool]]:
    """Return the QR code of `text` as rows of modules, without the white border."""
    code: Any = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    return [list(row) for row in code.get_matrix()]


def _draw_frame(page: Canvas) -> None:
    page.drawImage(_gradient(), 0, HEIGHT - 12, WIDTH, 12)
    page.setFillColor(Color(0.36, 0.27, 0.84, alpha=0.05))
    for x, y, reach in brand.STARS:
        points = brand.star(x, y, reach)
        path = page.beginPath()
        for place, (px, py) in enumerate(points):
            spot = (WIDTH - 380 + px * 520, 300 - py * 520 + 120)
            path.moveTo(*spot) if place == 0 else path.lineTo(*spot)
        path.close()
        page.drawPath(path, stroke=0, fill=1)
    page.setFillAlpha(1)
    page.drawImage(_mark(), _EDGE, HEIGHT - 96, 40, 40)
    page.setFillColor(_INK)
    page.setFont("Inter-SemiBold", 18)
    page.drawString(_EDGE + 52, HEIGHT - 82, settings.SITE_NAME)


def _draw_words(page: Canvas, certificate: Certificate) -> None:
    page.setFillColor(_ACCENT)
    page.setFont("Inter-SemiBold", 13)
    page.drawString(_EDGE, HEIGHT - 158, _("Certificate of completion"), charSpace=0.6)
    page.setFillColor(_INK)
    room = WIDTH - 2 * _EDGE
    _line(page, certificate.holder_name, "Inter-Bold", (44, 38, 32, 26, 20), HEIGHT - 216, room)
    page.setFillColor(_MUTED)
    page.setFont("Inter-Regular", 15)
    page.drawString(_EDGE, HEIGHT - 254, _("has completed the course"))
    page.setFillColor(_INK)
    top = HEIGHT - 298
    for line in _wrapped(certificate.course_title, "Inter-SemiBold", 26, room)[:3]:
        _line(page, line, "Inter-SemiBold", (26,), top, room)
        top -= 33
    page.setStrokeColor(_LINE)
    page.line(_EDGE, 132, WIDTH - _EDGE - 130, 132)
    issued = date_format(localtime(certificate.issued_at), "DATE_FORMAT")
    for label, value, left in (
        (_("Issued"), issued, _EDGE),
        (_("Instructor"), certificate.instructor_name, _EDGE + 190),
    ):
        page.setFillColor(_MUTED)
        page.setFont("Inter-Regular", 10.5)
        page.drawString(left, 108, label)
        page.setFillColor(_INK)
        _line(page, value, "Inter-SemiBold", (14, 12, 10), 88, 300, left=left)


def _draw_code(page: Canvas, certificate: Certificate) -> None:
    address = settings.SITE_URL + certificate.get_absolute_url()
    rows = code_matrix(address)
    side, left, bottom = 104.0, WIDTH - _EDGE - 104, 64.0
    cell = side / len(rows)
    page.setFillColor(_INK)
    path = page.beginPath()
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                path.rect(left + x * cell, bottom + side - (y + 1) * cell, cell, cell)
    page.drawPath(path, stroke=0, fill=1)
    page.linkURL(address, (left, bottom, left + side, bottom + side))
    page.setFillColor(_MUTED)
    page.setFont("Inter-Regular", 9)
    page.drawString(_EDGE, 48, _("Check it at %(address)s") % {"address": address})
    page.linkURL(address, (_EDGE, 44, _EDGE + 420, 58))


def _line(
    page: Canvas, text: str, font: str, sizes: tuple[float, ...], y: float, room: float, *, left: float = _EDGE
) -> None:
    """Draw one line at the largest size that fits; at the smallest it is cut with an ellipsis."""
    font = _able(text, font)
    size = next((s for s in sizes if pdfmetrics.stringWidth(text, font, s) <= room), sizes[-1])
    while len(text) > 1 and pdfmetrics.stringWidth(text, font, size) > room:
        text = text.rstrip("…")[:-1].rstrip() + "…"
    page.setFont(font, size)
    page.drawString(left, y, text)


def _wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pdfmetrics.stringWidth(longer, _able(longer, font), size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _able(text: str, font: str) -> str:
    """Return a font that can draw `text`: another one for Chinese and Japanese names."""
    drawn = characters()
    return font if all(char.isspace() or ord(char) in drawn for char in text) else _EAST_ASIAN


@cache
def _register_fonts() -> None:
    for weight in ("Regular", "SemiBold", "Bold"):
        pdfmetrics.registerFont(TTFont(f"Inter-{weight}", io.BytesIO(truetype(weight))))
    pdfmetrics.registerFont(UnicodeCIDFont(_EAST_ASIAN))


@cache
def _mark() -> ImageReader:
    return ImageReader(_rounded(brand.draw_mark(160)))


@cache
def _gradient() -> ImageReader:
    return ImageReader(brand.gradient(600, 8))


def _rounded(image: Image.Image) -> Image.Image:
    """Return the mark on white with round corners: few printers take transparency well."""
    side = image.width
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, side - 1, side - 1), radius=side // 4, fill=255)
    paper = Image.new("RGB", (side, side), "white")
    paper.paste(image, (0, 0), mask)
    return paper
