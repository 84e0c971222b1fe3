"""Writing a course as the Markdown folder that `folder` reads. The same course gives the same bytes."""

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import yaml
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict
from community_platform.core.permissions import ensure
from community_platform.core.text import slug
from courses.models import Course, CourseFile, Lesson, LessonKind, Question, QuestionKind, Quiz, Section
from courses.services.transfer.folder import COURSE, DESCRIPTION, FILES, SECTION, VERSION

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can name: archives of the same course are equal
SPOOLED = 8 * 1024 * 1024
PIECE = 256 * 1024
_ADDRESS = re.compile(r"/course-files/([0-9a-f]{32})/[\w.-]+", re.ASCII)
Part = tuple[str, Any]  # name, and a text or an open file


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that people can read and compare them."""


def _text_node(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text_node)


def export_zip(*, actor: Any, course: Course) -> IO[bytes]:
    """Return a ZIP of the course, at its beginning. Raises: NotAllowed (it holds the keys of quizzes)."""
    ensure(actor, "courses.edit_course", course)
    out: IO[bytes] = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the answer that sends it closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(course):
            member = zipfile.ZipInfo(f"{course.slug}/{name}", EPOCH)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED if isinstance(content, str) else zipfile.ZIP_STORED
            with archive.open(member, "w", force_zip64=not isinstance(content, str)) as target:
                _pour(content, target)
    out.seek(0)
    return out


def export_folder(*, actor: Any, course: Course, path: Path) -> int:
    """Write the course into `path`, an empty or new folder, and return the number of files.

    Raises: NotAllowed; Conflict `not_empty`.
    """
    ensure(actor, "courses.edit_course", course)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Conflict(_("The folder is there and not empty."), code="not_empty")
    count = 0
    for name, content in _parts(course):
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as target:
            _pour(content, target)
        count += 1
    return count


def _parts(course: Course) -> Iterator[Part]:
    """Yield (name, text or file) in the order of names; 5 queries whatever the size."""
    files = list(CourseFile.objects.filter(course=course).order_by("pk"))
    names = _names(files)
    yield COURSE, _yaml(_course(course))
    if course.cover:
        with course.cover.open("rb") as content:
            yield "cover.webp", content
    if course.description:
        yield DESCRIPTION, _relative(course.description, names, "") + "\n"
    for file in sorted(files, key=lambda file: names[file.key]):
        with file.file.open("rb") as content:
            yield f"{FILES}/{names[file.key]}", content
    yield from _outline(course, names)


def _outline(course: Course, names: dict[str, str]) -> Iterator[Part]:
    quizzes = Quiz.objects.filter(lesson__course=course).prefetch_related("questions__choices")
    by_lesson = {quiz.lesson_id: quiz for quiz in quizzes}
    lessons: dict[int, list[Lesson]] = {}
    for lesson in Lesson.objects.filter(course=course).in_order():
        lessons.setdefault(lesson.section_id, []).append(lesson)
    for number, section in enumerate(Section.objects.filter(course=course), start=1):
        top = f"{number:02}-{_stem(section.title)}"
        yield f"{top}/{SECTION}", _yaml({"title": section.title})
        for place, lesson in enumerate(lessons.get(section.pk, []), start=1):
            stem = f"{top}/{place:02}-{lesson.slug}"
            if lesson.kind == LessonKind.QUIZ and lesson.pk in by_lesson:
                yield f"{stem}.yaml", _yaml(_quiz(lesson, by_lesson[lesson.pk], names))
            else:
                yield f"{stem}.md", _lesson(lesson, names)


def _course(course: Course) -> dict[str, Any]:
    data: dict[str, Any] = {"format": VERSION}
    for name in ("title", "slug", "summary"):
        data[name] = getattr(course, name)
    data |= {"category": course.category.slug, "level": course.level, "language": course.language}
    data |= {"price": str(course.price.quantize(Decimal("0.01"))), "currency": course.currency}
    if course.objectives:
        data["objectives"] = course.objectives.split("\n")
    if course.cover:
        data["cover"] = "cover.webp"
    return data


def _lesson(lesson: Lesson, names: dict[str, str]) -> str:
    data: dict[str, Any] = {"title": lesson.title, "slug": lesson.slug, "kind": lesson.kind}
    data["duration_seconds"] = lesson.duration_seconds
    data |= {"required": lesson.is_required, "preview": lesson.is_preview}
    for key, address in (("video", lesson.video_url), ("captions", lesson.captions_url)):
        if address:
            data[key] = _relative(address, names, "")
    content = _relative(lesson.content, names, "../")
    return f"---\n{_yaml(data)}---\n" + (f"\n{content}\n" if content else "")


def _quiz(lesson: Lesson, quiz: Quiz, names: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"title": lesson.title, "slug": lesson.slug, "duration_seconds": lesson.duration_seconds}
    data |= {"required": lesson.is_required, "preview": lesson.is_preview}
    if lesson.content:
        data["text"] = _relative(lesson.content, names, "../")
    data["pass_percent"] = quiz.pass_percent
    for name in ("time_limit_seconds", "attempts_max"):
        if getattr(quiz, name) is not None:
            data[name] = getattr(quiz, name)
    data |= {"shuffle": quiz.is_shuffled, "grading": quiz.grading, "feedback": quiz.feedback}
    data["questions"] = [_question(question, names) for question in quiz.questions.all()]
    return data


def _question(question: Question, names: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": question.kind, "text": _relative(question.text, names, "../")}
    data["points"] = question.points
    if question.has_choices:
        data["choices"] = [
            {"text": choice.text, "correct": True} if choice.is_correct else {"text": choice.text}
            for choice in question.choices.all()
        ]
    elif question.kind == QuestionKind.TEXT:
        data["accepted"] = list(question.accepted)
    else:
        data |= {"number": _plain(question.number), "tolerance": _plain(question.tolerance)}
    if question.explanation:
        data["explanation"] = _relative(question.explanation, names, "../")
    return data


def _plain(number: Decimal | None) -> str:
    """Write a number without the zeros that its column adds."""
    written = f"{number or 0:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _names(files: list[CourseFile]) -> dict[str, str]:
    """Return the name in the folder of each file by its key; doubled names get a number."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for file in files:
        path, number, name = PurePosixPath(file.name), 1, file.name
        while name in taken:
            number += 1
            name = f"{path.stem[:76]}-{number}{path.suffix}"
        taken.add(name)
        names[file.key] = name
    return names


def _relative(text: str, names: dict[str, str], up: str) -> str:
    """Return `text` with the addresses of the course's files as paths in the folder."""
    return _ADDRESS.sub(lambda m: f"{up}{FILES}/{names[m[1]]}" if m[1] in names else m[0], text)


def _stem(title: str) -> str:
    return slug(title, high=40) or "section"


def _yaml(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def _pour(content: Any, target: IO[bytes]) -> None:
    if isinstance(content, str):
        target.write(content.encode())
        return
    while piece := content.read(PIECE):
        target.write(piece)
