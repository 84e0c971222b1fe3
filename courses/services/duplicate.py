"""A copy of a course: everything that its author wrote, nothing that its students did."""

import uuid
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import events, markdown
from community_platform.core.permissions import ensure
from courses import limits
from courses.events import CourseChanged
from courses.models import Choice, Course, CourseFile, Lesson, Question, Quiz, Section
from courses.models.file import new_key
from courses.services.authoring import create_course
from courses.services.studio_cover import small_name

WRITTEN = ("kind", "title", "slug", "duration_seconds", "is_required", "is_preview", "position")
SETTINGS = (
    "pass_percent", "time_limit_seconds", "attempts_max", "is_shuffled", "grading", "feedback", "questions_count",
    "points",
)  # fmt: skip
ASKED = (
    "kind", "text", "text_html", "explanation", "explanation_html", "points", "position", "accepted", "number",
    "tolerance",
)  # fmt: skip


def duplicate_course(*, actor: Any, course: Course) -> Course:
    """Return a draft with copies of the sections, lessons, quizzes, files and the cover of `course`.

    It belongs to `actor`; an administrator's copy of a foreign course to that course's owner. Staff, students,
    reviews and comments are not copied. Raises: NotAllowed. Publishes: CourseChanged.
    """
    ensure(actor, "courses.edit_course", course)
    owner = actor if course.is_edited_by(actor) else course.instructor
    title = _("Copy of %(title)s") % {"title": course.title}
    stored: list[str] = []
    try:
        with transaction.atomic():
            source = Course.objects.lock(course.pk)  # nobody edits it meanwhile
            copy = create_course(
                actor=actor, instructor=owner, title=title[: limits.TITLE_MAX].strip(), category=source.category,
                summary=source.summary, description=source.description, objectives=source.objectives,
                level=source.level, price=source.price, currency=source.currency, language=source.language,
            )  # fmt: skip
            keys = _copy_files(source, copy, actor, stored)
            _copy_cover(source, copy, stored)
            _copy_outline(source, copy, keys)
            copy.description = _renamed(copy.description, keys)
            copy.description_html = markdown.render(copy.description).html
            copy.lessons_count, copy.duration_minutes = source.lessons_count, source.duration_minutes
            copy.save()
            events.publish(CourseChanged(course_id=copy.pk))
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise
    return copy


def _copy_files(source: Course, copy: Course, actor: Any, stored: list[str]) -> dict[str, str]:
    """Copy the files and return their new keys by the old ones."""
    keys = {}
    for file in CourseFile.objects.filter(course=source).order_by("pk"):
        row = CourseFile(course=copy, key=new_key(), name=file.name, content_type=file.content_type, size=file.size)
        row.uploaded_by = actor if actor.pk else None
        with file.file.open("rb") as content:
            row.file.save(f"{row.key[::-1]}{PurePosixPath(file.name).suffix}", content, save=False)
        stored.append(row.file.name or "")
        row.save()
        keys[file.key] = row.key
    return keys


def _copy_cover(source: Course, copy: Course, stored: list[str]) -> None:
    if not source.cover:
        return
    old = source.cover.name or ""
    with source.cover.open("rb") as content:
        copy.cover.save(f"{uuid.uuid4().hex}.webp", content, save=False)
    stored.append(copy.cover.name or "")
    with default_storage.open(small_name(old), "rb") as content:
        stored.append(default_storage.save(small_name(stored[-1]), content))


def _copy_outline(source: Course, copy: Course, keys: dict[str, str]) -> None:
    sections = {}
    for section in Section.objects.filter(course=source):
        sections[section.pk] = Section.objects.create(course=copy, title=section.title, position=section.position)
    quizzes = Quiz.objects.filter(lesson__course=source).prefetch_related("questions__choices")
    by_lesson = {quiz.lesson_id: quiz for quiz in quizzes}
    for lesson in Lesson.objects.filter(course=source).in_order():
        row = Lesson(course=copy, section=sections[lesson.section_id])
        for name in WRITTEN:
            setattr(row, name, getattr(lesson, name))
        row.content = _renamed(lesson.content, keys)
        row.content_html = markdown.render(row.content).html
        row.video_url, row.captions_url = _renamed(lesson.video_url, keys), _renamed(lesson.captions_url, keys)
        row.save()
        if lesson.pk in by_lesson:
            _copy_quiz(by_lesson[lesson.pk], row, keys)


def _copy_quiz(source: Quiz, lesson: Lesson, keys: dict[str, str]) -> None:
    quiz = Quiz.objects.create(lesson=lesson, **{name: getattr(source, name) for name in SETTINGS})
    for question in source.questions.all():
        columns = {name: getattr(question, name) for name in ASKED}
        for name in ("text", "text_html", "explanation", "explanation_html"):
            columns[name] = _renamed(columns[name], keys)
        row = Question.objects.create(quiz=quiz, **columns)
        Choice.objects.bulk_create(
            Choice(question=row, text=choice.text, is_correct=choice.is_correct, position=choice.position)
            for choice in question.choices.all()
        )


def _renamed(text: str, keys: dict[str, str]) -> str:
    """Return `text` with the keys of files replaced; keys are random, so nothing else can look like one."""
    for old, new in keys.items():
        text = text.replace(old, new)
    return text
