"""How long a film is, told by its own container; no decoder is needed."""

import struct
from typing import Any

HEAD = 64 * 1024  # bytes in which WebM writes its length
_WEBM_INFO = b"\x15\x49\xa9\x66"


def seconds_of(film: Any) -> int | None:
    """Return the length of a WebM or MP4 in whole seconds, rounded up; None where it does not say.

    `film` is seekable. WebM: Duration × TimestampScale of the segment's Info (RFC 9559, §5.1.2). MP4: duration ÷
    timescale of `mvhd` (ISO/IEC 14496-12, §8.2.2).
    """
    film.seek(0)
    head = film.read(HEAD)
    film.seek(0)
    try:
        seconds = _webm(head) if head[:4] == b"\x1aE\xdf\xa3" else _mp4(film) if head[4:8] == b"ftyp" else None
    except (struct.error, IndexError, OverflowError, ValueError):
        seconds = None
    film.seek(0)
    return -int(-seconds // 1) if seconds is not None and 0 < seconds <= 86_400 else None


def _webm(head: bytes) -> float | None:
    place = head.find(_WEBM_INFO)
    if place < 0:
        return None
    scale, info = 1_000_000, head[place + 4 :]
    at = info.find(b"\x2a\xd7\xb1")
    if 0 <= at < 512:
        size = info[at + 3] & 0x7F if info[at + 3] & 0x80 else info[at + 10]
        begin = at + 4 if info[at + 3] & 0x80 else at + 11
        scale = int.from_bytes(info[begin : begin + size], "big") or scale
    at = info.find(b"\x44\x89")
    if not 0 <= at < 512:
        return None
    size = info[at + 2] & 0x7F if info[at + 2] & 0x80 else info[at + 9]
    begin = at + 3 if info[at + 2] & 0x80 else at + 10
    ticks = struct.unpack(">d" if size == 8 else ">f", info[begin : begin + size])[0]
    return float(ticks) * scale / 1e9


def _mp4(film: Any) -> float | None:
    """Walk the boxes of the file to moov, and inside it to mvhd."""
    found = _box(film, 0, None, b"moov")
    found = _box(film, found[0], found[1], b"mvhd") if found else None
    if not found:
        return None
    film.seek(found[0])
    body = film.read(32)
    if body[0] == 1:
        scale, length = struct.unpack(">IQ", body[20:32])
    else:
        scale, length = struct.unpack(">II", body[12:20])
    return length / scale if scale else None


def _box(film: Any, begin: int, end: int | None, wanted: bytes) -> tuple[int, int] | None:
    """Return where the body of the box `wanted` begins and ends, among those from `begin`."""
    for _n in range(200):
        if end is not None and begin + 8 > end:
            return None
        film.seek(begin)
        head = film.read(16)
        if len(head) < 8:
            return None
        size, kind, body = struct.unpack(">I", head[:4])[0], head[4:8], begin + 8
        if size == 1:
            size, body = struct.unpack(">Q", head[8:16])[0], begin + 16
        if kind == wanted:
            return body, begin + size if size else 2**62
        if size < 8:
            return None
        begin += size
    return None
