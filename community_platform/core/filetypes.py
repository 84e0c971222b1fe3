"""What an uploaded file is, told by what is in it; its name only chooses among the kinds of ZIP and text."""

import re
from pathlib import PurePosixPath
from typing import BinaryIO

HEAD = 512  # bytes that tell
PICTURE = "image/*"
OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
}
_OLD_OFFICE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
FILMS = {"video/webm": ".webm", "video/mp4": ".mp4"}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]")


def content_type(file: BinaryIO, name: str, *, text_most: int = -1) -> str:
    """Return the media type of what is in `file`: PICTURE for one that is yet to be decoded, "" for anything else.

    Known: pictures, films (FILMS), PDF, ZIP and the office formats in it, old office files, UTF-8 text. No more than
    `text_most` bytes are read to tell a text; a longer one is none.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    suffix = PurePosixPath(name.lower()).suffix
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return PICTURE
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return OFFICE.get(suffix, "application/zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLD_OFFICE.get(suffix, "")
    return "text/plain" if _is_text(file, text_most) else ""


def safe_name(name: str, *, high: int = 120) -> str:
    """Return a name to show and to save under: no path, no control or direction characters, its suffix kept."""
    last = _UNSAFE.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    path = PurePosixPath(last or "file")
    return f"{path.stem[: high - len(path.suffix)]}{path.suffix}" if len(path.suffix) < 12 else last[:high]


def _is_text(file: BinaryIO, most: int) -> bool:
    raw = file.read(most + 1 if most >= 0 else -1)
    file.seek(0)
    try:
        return bool(raw) and not 0 <= most < len(raw) and b"\x00" not in raw and bool(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False
