"""Captions of videos: WebVTT that every browser understands."""

import re

from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid

_TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_ARROW = "-->"


def clean_captions(raw: bytes, *, field: str) -> bytes:
    """Return WebVTT with plain line ends, or raise Invalid on `field` naming the line at fault.

    Held are the first line, the times of each cue, that a cue ends after it begins, and that cues begin one after
    another (W3C WebVTT, §4.1). Without one cue there is nothing to show.
    """
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise Invalid(_("Captions are text in UTF-8."), code="invalid", field=field) from error
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) or "\x00" in text:
        raise Invalid(_("Captions begin with a line that says WEBVTT."), code="invalid", field=field)
    last, cues = -1, 0
    for number, line in enumerate(lines[1:], start=2):
        if _ARROW in line:
            last, cues = _begin_of_cue(line, number, last, field), cues + 1
    if not cues:
        raise Invalid(_("These captions have no lines to show."), code="invalid", field=field)
    return text.encode()


def _begin_of_cue(line: str, number: int, last: int, field: str) -> int:
    start, _arrow, rest = line.partition(_ARROW)
    begin, end = _milliseconds(start), _milliseconds(rest.split()[0] if rest.split() else "")
    if begin is None or end is None:
        text = _("Line %(n)d: a time is written as 00:01.500 or 1:00:01.500 with two digits for each part.")
        raise Invalid(text % {"n": number}, code="invalid", field=field)
    if end <= begin:
        raise Invalid(_("Line %(n)d: it ends before it begins.") % {"n": number}, code="invalid", field=field)
    if begin < last:
        text = _("Line %(n)d: it begins before the line above it.")
        raise Invalid(text % {"n": number}, code="invalid", field=field)
    return begin


def _milliseconds(written: str) -> int | None:
    found = _TIME.fullmatch(written.strip())
    if found is None:
        return None
    hours, minutes, seconds, rest = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
