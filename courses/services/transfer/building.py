"""A WrittenCourse becomes a draft, through the services that the editor calls."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core.errors import DomainError, Invalid
from courses.models import Course, CourseCategory, CourseFile, Level, Section
from courses.services.authoring import add_lesson, add_section, create_course, update_course
from courses.services.files import store_file
from courses.services.film_length import seconds_of
from courses.services.quizzes import Draft, add_question, create_quiz
from courses.services.studio_cover import put_cover
from courses.services.transfer.written import WrittenCourse, WrittenLesson

# Where Markdown names a file: a link, a picture, a definition of a reference, an address in angle brackets.
_NAMED = re.compile(r"(\]\(<?|\]:[ ]?<?)(?:\./|\.\./)*files/([\w.-]+)", re.ASCII)
UNKNOWN_LENGTH = 60  # seconds of a film that does not say


def build(*, actor: Any, written: WrittenCourse, category: CourseCategory | None, stored: list[str]) -> Course:
    """Make a draft taught by `actor`, and return it; what could not be taken is added to `written.notes`.

    Call it in a transaction; the names of stored files are appended to `stored`, for the caller to delete on failure.
    Raises: NotAllowed; Invalid where there is no course without it (title, category).
    """
    fields: dict[str, Any] = {
        "category": _category(written, category), "summary": (written.summary or written.title)[:240],
        "level": written.level if written.level in Level.values else Level.BEGINNER, "price": _price(written),
        "currency": written.currency, "language": written.language, "objectives": written.objectives,
    }  # fmt: skip
    course = _create(actor, written, fields)
    files = _store_files(actor, course, written, stored)
    if written.description:
        text = _addressed(written.description, files)
        course = update_course(actor=actor, course=course, description=text)
    if written.cover is not None:
        with written.cover.open("rb") as content:
            upload: Any = File(content, written.cover.name)
            if _tried(written, _("the cover"), lambda: put_cover(course=course, upload=upload)):
                course.refresh_from_db()
                stored.append(course.cover.name or "")
    for part in written.sections:
        section = add_section(actor=actor, course=course, title=part.title)
        for lesson in part.lessons:
            place = f"{part.title} / {lesson.title}"
            _tried(written, place, partial(_lesson, actor, section, lesson, files, written, place))
    course.refresh_from_db()
    return course


def _create(actor: Any, written: WrittenCourse, fields: dict[str, Any]) -> Course:
    """Make the course at the address the archive names, or, where that is taken, at one from it."""
    if written.slug:
        try:
            with transaction.atomic():
                return create_course(actor=actor, title=written.title, slug=written.slug, **fields)
        except Invalid as error:
            if error.field != "slug":
                raise
            text = _("The address %(slug)s is taken; the draft has another.")
            written.note(written.place, text % {"slug": written.slug})
    return create_course(actor=actor, title=written.title, **fields)


def _category(written: WrittenCourse, given: CourseCategory | None) -> CourseCategory:
    named = CourseCategory.objects.filter(slug=written.category).first() if written.category else None
    row = named or given or CourseCategory.objects.order_by("order_index", "id").first()
    if row is None:
        raise Invalid(_("There is no category yet to put the course into."), field="category")
    if named is None and given is None:
        text = _("The category %(name)s is not known here; the draft is in “%(taken)s”.")
        written.note(written.place, text % {"name": written.category or "—", "taken": row.name})
    return row


def _price(written: WrittenCourse) -> Decimal:
    try:
        price = Decimal(written.price)
    except InvalidOperation:
        price = Decimal("NaN")
    if price.is_finite() and price >= 0:
        return price.quantize(Decimal("0.01"))
    text = _("The price %(price)s is no price; the draft is free.")
    written.note(written.place, text % {"price": written.price[:20]})
    return Decimal(0)


def _store_files(actor: Any, course: Course, written: WrittenCourse, stored: list[str]) -> dict[str, CourseFile]:
    rows = {}
    for name, path in sorted(written.files.items()):
        with path.open("rb") as content:
            store = partial(store_file, actor=actor, course=course, upload=File(content, name))
            row = _tried(written, f"files/{name}", store)
        if row is not None:
            rows[name] = row
            stored.append(row.file.name or "")
    return rows


def _lesson(
    actor: Any, section: Section, lesson: WrittenLesson, files: dict[str, CourseFile], written: WrittenCourse,
    place: str,
) -> Any:  # fmt: skip
    fields: dict[str, Any] = {
        "title": lesson.title, "slug": lesson.slug, "content": _addressed(lesson.content, files),
        "duration_seconds": lesson.duration_seconds, "is_required": lesson.is_required,
        "is_preview": lesson.is_preview,
    }  # fmt: skip
    if lesson.kind == "quiz":
        return _quiz(actor, section, lesson, fields, files, written, place)
    if lesson.kind == "video":
        fields |= {"kind": "video", "video_url": _file_url(lesson.video, files)}
        fields["captions_url"] = _file_url(lesson.captions, files)
        if not fields["duration_seconds"]:
            seconds = _length(lesson.video, files)
            fields["duration_seconds"] = seconds or UNKNOWN_LENGTH
            if seconds is None:
                written.note(place, _("The video does not say how long it is; correct its length."))
    return add_lesson(actor=actor, section=section, **fields)


def _quiz(
    actor: Any, section: Section, lesson: WrittenLesson, fields: dict[str, Any], files: dict[str, CourseFile],
    written: WrittenCourse, place: str,
) -> Any:  # fmt: skip
    quiz = create_quiz(actor=actor, section=section, settings=lesson.settings, **fields)
    for number, draft in enumerate(lesson.questions, start=1):
        shown = Draft(
            kind=draft.kind, text=_addressed(draft.text, files), choices=draft.choices, accepted=draft.accepted,
            number=draft.number, tolerance=draft.tolerance, points=draft.points,
            explanation=_addressed(draft.explanation, files),
        )  # fmt: skip
        _tried(written, f"{place} / {number}", partial(add_question, actor=actor, quiz=quiz, draft=shown))
    return quiz


def _tried(written: WrittenCourse, place: str, make: Callable[[], Any]) -> Any:
    """Return what `make()` makes, or None with a note where it is refused; a refusal leaves nothing behind."""
    try:
        with transaction.atomic():
            return make()
    except DomainError as error:
        if error.status in {401, 403, 503}:
            raise
        written.note(place, error.message)
        return None


def _addressed(text: str, files: dict[str, CourseFile]) -> str:
    """Return Markdown with `files/<name>` replaced by the addresses of the stored files."""
    return _NAMED.sub(lambda m: f"{m[1]}{files[m[2]].url}" if m[2] in files else m[0], text)


def _file_url(named: str, files: dict[str, CourseFile]) -> str:
    row = files.get(named.removeprefix("files/")) if named.startswith("files/") else None
    return row.url if row else named


def _length(named: str, files: dict[str, CourseFile]) -> int | None:
    row = files.get(named.removeprefix("files/"))
    if row is None:
        return None
    with default_storage.open(row.file.name or "", "rb") as film:
        return seconds_of(film)
