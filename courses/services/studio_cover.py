"""The picture of a course: 16:9, stored in two sizes."""

import io
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from community_platform.core import events, ratelimits
from community_platform.core.images import Upload, cut
from community_platform.core.permissions import ensure
from courses import limits
from courses.events import CourseChanged
from courses.models import Course
from courses.services.files import is_clean_webp


def set_cover(*, actor: Any, course: Course, upload: Upload) -> Course:
    """Store `upload` cut to 16:9 and return the course; the former cover goes.

    Raises: NotAllowed; on `cover` TooLarge, WrongType, Invalid; TooFast. Publishes: CourseChanged.
    """
    ensure(actor, "courses.edit_course", course)
    ratelimits.hit(actor.pk, *limits.FILE_RATES)
    return put_cover(course=course, upload=upload)


def put_cover(*, course: Course, upload: Upload) -> Course:
    """Do what `set_cover` does without asking who may. A part of importing and duplicating."""
    large, small = cut(upload, sizes=(limits.COVER, limits.COVER_SMALL), field="cover")
    upload.seek(0)
    raw = upload.read()
    if is_clean_webp(raw, longest=limits.COVER[0]):
        large = _same_shape(raw, large)
    stored: list[str] = []
    try:
        with transaction.atomic():
            course = Course.objects.lock(course.pk)
            _forget_on_commit(course)
            course.cover.save(f"{uuid.uuid4().hex}.webp", ContentFile(large), save=False)
            stored.append(course.cover.name or "")
            stored.append(course.cover.storage.save(small_name(stored[0]), ContentFile(small)))
            _save(course)
    except BaseException:
        for name in stored:
            course.cover.storage.delete(name)
        raise
    return course


def remove_cover(*, actor: Any, course: Course) -> Course:
    """Go back to the sign of the category. Repeatable. Raises: NotAllowed. Publishes: CourseChanged."""
    ensure(actor, "courses.edit_course", course)
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        if course.cover:
            _forget_on_commit(course)
            course.cover.name = ""
            _save(course)
    return course


def small_name(name: str) -> str:
    """Return the name under which the small size of a stored cover lies."""
    return name.removesuffix(".webp") + "-small.webp"


def _same_shape(raw: bytes, encoded: bytes) -> bytes:
    """Return `raw`, which is clean, where it has the size of a cover already: a cover of ours comes back as it was."""
    with Image.open(io.BytesIO(raw)) as picture:
        return raw if picture.size == limits.COVER else encoded


def _forget_on_commit(course: Course) -> None:
    name, storage = course.cover.name, course.cover.storage
    if name:

        def delete() -> None:
            storage.delete(name)
            storage.delete(small_name(name))

        transaction.on_commit(delete, robust=True)


def _save(course: Course) -> None:
    course.revision += 1
    course.save(update_fields=["cover", "revision"])
    events.publish(CourseChanged(course_id=course.pk))
