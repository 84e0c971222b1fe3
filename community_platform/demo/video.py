"""Short films for the video lessons, drawn here: no encoder is needed.

A lossy WebP picture is a VP8 key frame in a RIFF envelope, and WebM is a list of VP8 frames in an EBML envelope. So
pictures become a film by changing envelopes (Matroska specification, RFC 9559).
"""

import io
import math
import struct
from collections.abc import Iterator

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 360
FRAMES_PER_SECOND = 4
LOOP_SECONDS = 15  # drawn once, shown LOOPS times
LOOPS = 4
SECONDS = LOOP_SECONDS * LOOPS
CLUSTER_SECONDS = 5
PALETTES = (((24, 22, 48), (124, 92, 245)), ((10, 34, 46), (10, 143, 216)), ((40, 22, 30), (240, 120, 90)))


def film(style: int) -> bytes:
    """Return a WebM film of `SECONDS`; `style` chooses its colours and its movement."""
    frames = [_key_frame(picture) for picture in _pictures(style)] * LOOPS
    return _webm(frames)


def _pictures(style: int) -> Iterator[Image.Image]:
    dark, bright = PALETTES[style % len(PALETTES)]
    count = LOOP_SECONDS * FRAMES_PER_SECOND
    for n in range(count):
        turn = 2 * math.pi * n / count
        image = Image.new("RGB", (WIDTH, HEIGHT), dark)
        pen = ImageDraw.Draw(image)
        for bar in range(12):
            high = 90 + 70 * math.sin(turn + bar * (0.5 + 0.2 * style)) + 30 * math.sin(3 * turn + bar)
            left, high = 70 + bar * 42, max(high, 12)
            pen.rounded_rectangle((left, 300 - high, left + 28, 300), radius=6, fill=bright)
        x, y = WIDTH / 2 + 210 * math.cos(turn), 110 + 50 * math.sin(2 * turn)
        pen.ellipse((x - 14, y - 14, x + 14, y + 14), fill="white")
        yield image


def _key_frame(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=60, method=0)
    data = buffer.getvalue()
    if data[12:16] != b"VP8 ":
        raise ValueError("not a simple lossy WebP")
    return data[20 : 20 + struct.unpack("<I", data[16:20])[0]]


# --- EBML: every element is an id, a size and a body -------------------------------------------------------------


def _element(key: int, body: bytes) -> bytes:
    size = struct.pack(">Q", len(body) | 1 << 56)  # eight bytes, so that positions are known before sizes
    return key.to_bytes((key.bit_length() + 7) // 8, "big") + size + body


def _number(key: int, value: int) -> bytes:
    return _element(key, struct.pack(">Q", value))


def _webm(frames: list[bytes]) -> bytes:
    head = _element(
        0x1A45DFA3,
        _number(0x4286, 1) + _number(0x42F7, 1) + _number(0x42F2, 4) + _number(0x42F3, 8)
        + _element(0x4282, b"webm") + _number(0x4287, 2) + _number(0x4285, 2),
    )  # fmt: skip
    info = _element(
        0x1549A966,
        _number(0x2AD7B1, 1_000_000)  # ticks of one millisecond
        + _element(0x4489, struct.pack(">d", SECONDS * 1000.0))
        + _element(0x4D80, b"lumen") + _element(0x5741, b"lumen"),
    )  # fmt: skip
    picture = _element(0xE0, _number(0xB0, WIDTH) + _number(0xBA, HEIGHT))
    entry = _number(0xD7, 1) + _number(0x73C5, 1) + _number(0x83, 1) + _element(0x86, b"V_VP8") + picture
    tracks = _element(0x1654AE6B, _element(0xAE, entry))
    clusters = [_cluster(second, frames) for second in range(0, SECONDS, CLUSTER_SECONDS)]
    first = len(_seek_head(0)) + len(info) + len(tracks)
    positions, position = [], first
    for cluster in clusters:
        positions.append(position)
        position += len(cluster)
    cues = b"".join(
        _element(
            0xBB,
            _number(0xB3, n * CLUSTER_SECONDS * 1000) + _element(0xB7, _number(0xF7, 1) + _number(0xF1, at)),
        )
        for n, at in enumerate(positions)
    )
    body = _seek_head(position) + info + tracks + b"".join(clusters) + _element(0x1C53BB6B, cues)
    return head + _element(0x18538067, body)


def _seek_head(cues_at: int) -> bytes:
    """Tell a player where the cues are, without which it cannot jump."""
    return _element(
        0x114D9B74, _element(0x4DBB, _element(0x53AB, b"\x1c\x53\xbb\x6b") + _number(0x53AC, cues_at))
    )


def _cluster(second: int, frames: list[bytes]) -> bytes:
    first = second * FRAMES_PER_SECOND
    blocks = b""
    for n, frame in enumerate(frames[first : first + CLUSTER_SECONDS * FRAMES_PER_SECOND]):
        offset = n * 1000 // FRAMES_PER_SECOND
        blocks += _element(0xA3, b"\x81" + struct.pack(">h", offset) + b"\x80" + frame)  # track 1, key frame
    return _element(0x1F43B675, _number(0xE7, second * 1000) + blocks)
