"""Reading the Markdown folder that docs/COURSE_FORMAT.md describes."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from courses import limits
from courses.models import Feedback, Grading
from courses.services.quizzes import Draft
from courses.services.transfer.bundle import FIELD, Bundle
from courses.services.transfer.written import WrittenCourse, WrittenLesson, WrittenSection

VERSION = 1
COURSE, SECTION, DESCRIPTION, FILES = "course.yaml", "section.yaml", "description.md", "files"
KNOWN = {
    "course": {
        "format", "title", "slug", "summary", "category", "level", "language", "price", "currency", "objectives",
        "cover",
    },
    "lesson": {"title", "slug", "kind", "duration_seconds", "required", "preview", "video", "captions"},
    "quiz": {
        "title", "slug", "duration_seconds", "required", "preview", "text", "pass_percent", "time_limit_seconds",
        "attempts_max", "shuffle", "grading", "feedback", "questions",
    },
    "question": {"kind", "text", "points", "explanation", "choices", "accepted", "number", "tolerance"},
}  # fmt: skip
T = TypeVar("T", str, int, bool, list[Any])
_FRONT = re.compile(r"---\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_NUMBER = re.compile(r"^\d+[-_. ]+")


def read(bundle: Bundle, *, name: str = "") -> WrittenCourse:
    """Return the course that the files describe. `name` is that of the archive, for want of a title.

    Raises: Invalid on `archive`, naming the file, where a file cannot be read at all or there are no lessons.
    """
    course = _course(bundle, name)
    folders: dict[str, list[str]] = {}
    for path in bundle.files:
        parts = PurePosixPath(path).parts
        if len(parts) == 2 and parts[0] == FILES:
            course.files[parts[1]] = bundle.files[path]
        elif len(parts) == 2 and PurePosixPath(path).suffix in {".md", ".yaml", ".yml"}:
            folders.setdefault(parts[0], []).append(path)
        elif path not in {COURSE, DESCRIPTION} and bundle.files[path] != course.cover:
            course.note(path, _("This file is no part of the format and was left out."))
    for top in sorted(folders):
        section = _section(bundle, top, sorted(folders[top]), course)
        if section.lessons or f"{top}/{SECTION}" in bundle.files:
            course.sections.append(section)
    if not any(section.lessons for section in course.sections):
        raise Invalid(_("There are no lessons in this archive."), code="empty", field=FIELD)
    return course


def _course(bundle: Bundle, name: str) -> WrittenCourse:
    data = _yaml(bundle, COURSE) if COURSE in bundle.files else {}
    _note_unknown(data, "course", COURSE, course := WrittenCourse(title=""))
    if data.get("format", VERSION) != VERSION:
        raise Invalid(_("This folder is written in a newer format than we know."), code="format", field=FIELD)
    place = COURSE
    course.title = _value(data, "title", str, place) or _title_of(name) or _("Imported course")
    for key in ("slug", "summary", "category", "level", "language", "currency"):
        setattr(course, key, _value(data, key, str, place) or getattr(course, key))
    price = data.get("price", "0")
    course.price = str(price) if isinstance(price, str | int | float) and not isinstance(price, bool) else "?"
    course.objectives = "\n".join(str(line) for line in _value(data, "objectives", list, place) or [])
    cover = _value(data, "cover", str, place)
    if cover and cover in bundle.files:
        course.cover = bundle.files[cover]
    elif cover:
        course.note(COURSE, _("The file %(name)s is not in the archive.") % {"name": cover})
    if DESCRIPTION in bundle.files:
        course.description = bundle.text(DESCRIPTION).strip()
    return course


def _section(bundle: Bundle, top: str, paths: list[str], course: WrittenCourse) -> WrittenSection:
    data = _yaml(bundle, f"{top}/{SECTION}") if f"{top}/{SECTION}" in bundle.files else {}
    section = WrittenSection(title=_value(data, "title", str, f"{top}/{SECTION}") or _title_of(top))
    for path in paths:
        if PurePosixPath(path).name == SECTION:
            continue
        is_article = PurePosixPath(path).suffix == ".md"
        section.lessons.append(_lesson(bundle, path, course) if is_article else _quiz(bundle, path, course))
    return section


def _lesson(bundle: Bundle, path: str, course: WrittenCourse) -> WrittenLesson:
    text = bundle.text(path)
    front = _FRONT.match(text)
    data = _parsed(front[1] or "", path) if front else {}
    _note_unknown(data, "lesson", path, course)
    lesson = WrittenLesson(title="", content=text[front.end() :].strip() if front else text.strip())
    _common(lesson, data, path)
    lesson.video, lesson.captions = _value(data, "video", str, path), _value(data, "captions", str, path)
    lesson.kind = _value(data, "kind", str, path) or ("video" if lesson.video else "article")
    if lesson.kind not in {"article", "video"}:
        course.note(path, _("A lesson is an article or a video; this one became an article."))
        lesson.kind = "article"
    for named in (lesson.video, lesson.captions):
        if named.startswith(f"{FILES}/") and named not in bundle.files:
            course.note(path, _("The file %(name)s is not in the archive.") % {"name": named})
    return lesson


def _quiz(bundle: Bundle, path: str, course: WrittenCourse) -> WrittenLesson:
    data = _yaml(bundle, path)
    _note_unknown(data, "quiz", path, course)
    lesson = WrittenLesson(title="", kind="quiz", content=_value(data, "text", str, path))
    _common(lesson, data, path)
    for key in ("pass_percent", "time_limit_seconds", "attempts_max"):
        if data.get(key) is not None:
            lesson.settings[key] = _value(data, key, int, path)
    if "shuffle" in data:
        lesson.settings["is_shuffled"] = _value(data, "shuffle", bool, path)
    for key, known in (("grading", Grading), ("feedback", Feedback)):
        value = _value(data, key, str, path)
        if value in known.values:
            lesson.settings[key] = value
        elif value:
            course.note(path, _("“%(value)s” is not known for %(key)s.") % {"value": value[:40], "key": key})
    for number, asked in enumerate(_value(data, "questions", list, path) or [], start=1):
        place = f"{path} / {number}"
        if not isinstance(asked, dict):
            raise _bad(path, _("a question is a list of its parts"))
        _note_unknown(asked, "question", place, course)
        lesson.questions.append(_question(asked, place))
    return lesson


def _question(data: Mapping[str, Any], place: str) -> Draft:
    choices = []
    for choice in _value(data, "choices", list, place) or []:
        if not isinstance(choice, dict):
            raise _bad(place, _("a choice has text and may be correct"))
        choices.append((_words(choice.get("text"), place), choice.get("correct") is True))
    return Draft(
        kind=_value(data, "kind", str, place) or "single",
        text=_value(data, "text", str, place),
        choices=choices,
        accepted=[_words(word, place) for word in _value(data, "accepted", list, place) or []],
        number=_decimal(data.get("number"), place),
        tolerance=_decimal(data.get("tolerance"), place) or Decimal(0),
        points=1 if data.get("points") is None else _value(data, "points", int, place),
        explanation=_value(data, "explanation", str, place),
    )


def _common(lesson: WrittenLesson, data: Mapping[str, Any], path: str) -> None:
    lesson.title = _value(data, "title", str, path) or _title_of(PurePosixPath(path).stem)
    lesson.slug = _value(data, "slug", str, path)
    seconds = _value(data, "duration_seconds", int, path)
    if not 0 <= seconds <= limits.LESSON_SECONDS_MAX:
        raise _bad(path, _("a lesson lasts at most 24 hours"))
    lesson.duration_seconds = seconds
    lesson.is_required = data.get("required") is not False
    lesson.is_preview = data.get("preview") is True


def _value(data: Mapping[str, Any], key: str, kind: type[T], place: str) -> T:
    """Return a value of the kind it should have, empty where it is absent. Numbers and dates may stand for text."""
    value = data.get(key)
    if value is None:
        return kind()
    if kind is str and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)  # type: ignore[return-value]  # `kind` is str
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _bad(place, _("%(key)s is not what it should be") % {"key": key})
    return value


def _words(value: Any, place: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _bad(place, _("an answer is text"))
    return str(value)


def _decimal(value: Any, place: str) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise _bad(place, _("this is no number")) from error
    return number


def _yaml(bundle: Bundle, name: str) -> dict[str, Any]:
    return _parsed(bundle.text(name), name)


def _parsed(text: str, name: str) -> dict[str, Any]:
    """Return the mapping in a YAML text: plain values only; references, which can blow up, are refused."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise _bad(name, _("references are not allowed"))
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = _("line %(n)d is not YAML") % {"n": mark.line + 1} if mark else _("it is not YAML")
        raise _bad(name, line) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise _bad(name, _("it should be a list of names with values"))
    return {str(key): value for key, value in data.items()}


def _bad(place: str, why: str) -> Invalid:
    text = _("%(file)s cannot be read: %(why)s") % {"file": place, "why": why}
    return Invalid(text, code="bad_file", field=FIELD)


def _note_unknown(data: Mapping[str, Any], kind: str, place: str, course: WrittenCourse) -> None:
    for key in sorted(set(data) - KNOWN[kind]):
        course.note(place, _("“%(key)s” is not known here and was left out.") % {"key": key[:60]})


def _title_of(name: str) -> str:
    """Return a title from the name of a file or folder: `01-first-steps` is “First steps”."""
    stem = PurePosixPath(name).name
    for ending in (".tar.gz", ".zip", ".tgz"):
        stem = stem.removesuffix(ending)
    words = re.sub(r"[-_]+", " ", _NUMBER.sub("", stem)).strip()
    return (words[:1].upper() + words[1:])[: limits.TITLE_MAX]
