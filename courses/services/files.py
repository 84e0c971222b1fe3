"""Files of a course: pictures, videos, captions and things to download, told apart by what is in them."""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, cast

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from PIL import Image

from community_platform.core import filetypes, ratelimits
from community_platform.core.errors import Conflict, Invalid, NotFound, TooLarge, WrongType
from community_platform.core.images import Upload, reduced
from community_platform.core.permissions import ensure
from community_platform.core.text import slug
from courses import limits
from courses.models import Course, CourseFile, Lesson, Question
from courses.services.captions import clean_captions

_ENDINGS = {"application/pdf": ".pdf", "application/zip": ".zip"}  # whatever the name says
_CLEAN_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}  # of a WebP: pixels alone, no metadata, no animation


def add_file(
    *, actor: Any, course: Course, upload: "File[bytes]", field: str = "file", only: str = ""
) -> CourseFile:
    """Store `upload` for `course` and return its row; lessons name it by `url`.

    Pictures become WebPs of at most 2,000 pixels without metadata; captions are checked; videos (WebM, MP4), PDF, ZIP,
    office files and plain text are kept as they are, and never run here. `only` names the kind that is wanted: video,
    captions. Raises: NotAllowed; TooFast; on `field` TooLarge, WrongType, Invalid
    (also `too_many_files`, `course_full`).
    """
    ensure(actor, "courses.edit_course", course)
    ratelimits.hit(actor.pk, *limits.FILE_RATES)  # before decoding, which is what costs
    return store_file(actor=actor, course=course, upload=upload, field=field, only=only)


def store_file(
    *, actor: Any, course: Course, upload: "File[bytes]", field: str = "file", only: str = ""
) -> CourseFile:
    """Do what `add_file` does without asking who may. A part of importing, which has asked."""
    content, name, kind = _recognised(upload, field)
    if only and CourseFile(content_type=kind).kind != only:
        text = _("Use a WebM or MP4 video.") if only == "video" else _("Use captions in WebVTT.")
        raise WrongType(text, field=field)
    size = int(content.size or 0)
    with transaction.atomic():
        Course.objects.lock(course.pk)
        there = CourseFile.objects.filter(course=course).aggregate(size=Sum("size"))["size"] or 0
        if there + size > limits.FILES_BYTES:
            raise Invalid(_("The files of a course have at most 2 GB."), code="course_full", field=field)
        if CourseFile.objects.filter(course=course).count() >= limits.FILES_MAX:
            raise Invalid(_("A course has at most 1,000 files."), code="too_many_files", field=field)
        row = CourseFile(course=course, name=name, content_type=kind, size=size)
        row.uploaded_by = actor if actor.pk else None
        # The name of the file is not its address: knowing one says nothing of the other.
        row.file.save(f"{row.key[::-1]}{PurePosixPath(name).suffix}", content, save=False)
        try:
            row.save()
        except BaseException:
            row.file.storage.delete(row.file.name or "")
            raise
    return row


@contextmanager
def together() -> Iterator[list[CourseFile]]:
    """Open a transaction and yield a list: files put into it are deleted from the disk if the transaction fails."""
    stored: list[CourseFile] = []
    try:
        with transaction.atomic():
            yield stored
    except BaseException:
        for row in stored:
            row.file.storage.delete(row.file.name or "")
        raise


def delete_file(*, actor: Any, file: CourseFile) -> None:
    """Remove a file that no lesson shows. Raises: NotAllowed, NotFound, Conflict `in_use`."""
    ensure(actor, "courses.edit_course", file.course)
    with transaction.atomic():
        course = Course.objects.lock(file.course_id)
        if not CourseFile.objects.filter(pk=file.pk).exists():
            raise NotFound
        title = _shown_by(course, file.key)
        if title:
            text = _("“%(title)s” shows this file. Take it out there first.") % {"title": title}
            raise Conflict(text, code="in_use")
        name, storage = file.file.name or "", file.file.storage
        CourseFile.objects.filter(pk=file.pk).delete()
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def _shown_by(course: Course, key: str) -> str:
    """Return the title of what names the file of `key`: a lesson, a question of it, ever asked, or the course."""
    named = Q(content__contains=key) | Q(video_url__contains=key) | Q(captions_url__contains=key)
    lesson = Lesson.objects.filter(named, course=course).first()
    if lesson is None:
        asked = Question.ever.filter(Q(text__contains=key) | Q(explanation__contains=key), quiz__lesson__course=course)
        question = asked.select_related("quiz__lesson").first()
        lesson = question.quiz.lesson if question else None
    return lesson.title if lesson else course.title if key in course.description else ""


def _recognised(upload: "File[bytes]", field: str) -> "tuple[File[bytes], str, str]":
    """Return (what to store, its name, its type)."""
    stem, suffix = _name(upload.name or "")
    kind = filetypes.content_type(cast(Any, upload), suffix and f"file{suffix}", text_most=limits.TEXT_BYTES)
    if kind == filetypes.PICTURE:
        return ContentFile(_picture(upload, field)), f"{stem}.webp", "image/webp"
    if kind in filetypes.FILMS:
        return _whole(upload, limits.VIDEO_BYTES, field), f"{stem}{filetypes.FILMS[kind]}", kind
    _whole(upload, limits.FILE_BYTES, field)
    raw = upload.read(limits.TEXT_BYTES + 1)
    upload.seek(0)
    if not raw:
        raise Invalid(_("The file is empty."), code="empty", field=field)
    if raw.startswith((b"WEBVTT", b"\xef\xbb\xbfWEBVTT")) or suffix == ".vtt":
        if len(raw) > limits.TEXT_BYTES:
            raise _too_large(limits.TEXT_BYTES, field)
        return ContentFile(clean_captions(raw, field=field)), f"{stem}.vtt", "text/vtt"
    if not kind:
        text = _("Use a picture, a WebM or MP4 video, WebVTT captions, PDF, ZIP, an office file or plain text.")
        raise WrongType(text, field=field)
    return upload, f"{stem}{_ENDINGS.get(kind) or suffix or '.txt'}", kind


def _whole(upload: "File[bytes]", most: int, field: str) -> "File[bytes]":
    if (upload.size or 0) > most:
        raise _too_large(most, field)
    return upload


def _too_large(most: int, field: str) -> TooLarge:
    return TooLarge(_("The file is too large: %(n)d MB at most.") % {"n": most // 1024 // 1024}, field=field)


def _picture(upload: "File[bytes]", field: str) -> bytes:
    """Return the picture encoded anew; a WebP that is only pixels already, as ours are, stays what it is."""
    if (upload.size or 0) <= limits.CLEAN_BYTES:
        raw = upload.read()
        upload.seek(0)
        if is_clean_webp(raw, longest=limits.PICTURE_SIDE):
            return raw
    return reduced(cast(Upload, upload), longest=limits.PICTURE_SIDE, field=field)[0]


def is_clean_webp(raw: bytes, *, longest: int) -> bool:
    """Tell whether `raw` is a WebP of pixels alone, whole and no larger than `longest`: encoding it anew gains nothing.

    So an exported course comes back byte for byte. RIFF container: WebP specification, "Simple File Format".
    """
    if raw[:4] != b"RIFF" or raw[8:12] != b"WEBP" or struct.unpack("<I", raw[4:8])[0] + 8 != len(raw):
        return False
    place = 12
    while place < len(raw):
        if len(raw) < place + 8 or raw[place : place + 4] not in _CLEAN_CHUNKS:
            return False
        size = struct.unpack("<I", raw[place + 4 : place + 8])[0]
        place += 8 + size + size % 2
    try:
        with Image.open(io.BytesIO(raw), formats=("WEBP",)) as picture:
            if max(picture.size) > longest or getattr(picture, "is_animated", False):
                return False
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return place == len(raw)


def _name(given: str) -> tuple[str, str]:
    """Return (stem, ending) of a name that is safe in an address, Cyrillic transliterated."""
    path = PurePosixPath(given.replace("\\", "/"))
    suffix = path.suffix.lower()
    if not re.fullmatch(r"\.[a-z0-9]{1,8}", suffix):
        suffix = ""
    return slug(path.stem, high=80) or "file", suffix
