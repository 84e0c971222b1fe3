"""The order of sections, lessons and questions. A place is named, not a step: asked twice, it is the same place."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import events
from community_platform.core.errors import Invalid, NotFound
from community_platform.core.permissions import ensure
from courses.events import CourseChanged
from courses.models import Course, Lesson, Question, Section
from courses.services.quizzes import order_questions


def place_section(*, actor: Any, section: Section, index: int) -> Section:
    """Put a section at place `index` of its course, from 0; beyond the end is the end.

    Raises: NotAllowed, NotFound (removed). Publishes: CourseChanged.
    """
    ensure(actor, "courses.edit_course", section.course)
    with transaction.atomic():
        course = Course.objects.lock(section.course_id)
        rows = list(Section.objects.filter(course=course))
        _renumber(Section, _placed(rows, section.pk, index))
        _touch(course)
    section.refresh_from_db(fields=["position"])
    return section


def place_lesson(*, actor: Any, lesson: Lesson, section: Section, index: int) -> Lesson:
    """Put a lesson at place `index` of `section`, from 0; beyond the end is the end. Progress is not touched.

    Raises: NotAllowed, NotFound (removed), Invalid on `section` (of another course). Publishes: CourseChanged.
    """
    ensure(actor, "courses.edit_course", lesson.course)
    with transaction.atomic():
        course = Course.objects.lock(lesson.course_id)
        sections = list(Section.objects.filter(course=course))
        if section.pk not in {row.pk for row in sections}:
            raise Invalid(_("This section belongs to another course."), code="does_not_exist", field="section")
        rows = list(Lesson.objects.filter(course=course).without_text().in_order())
        moved = next((row for row in rows if row.pk == lesson.pk), None)
        if moved is None:
            raise NotFound
        moved.section_id = section.pk
        ordered: list[Lesson] = []
        for chapter in sections:
            inside = [row for row in rows if row.section_id == chapter.pk]
            ordered += _placed(inside, lesson.pk, index) if chapter.pk == section.pk else inside
        Lesson.objects.filter(pk=lesson.pk).update(section=section)
        _renumber(Lesson, ordered)
        _touch(course)
    lesson.refresh_from_db(fields=["section", "position"])
    return lesson


def place_question(*, actor: Any, question: Question, index: int) -> None:
    """Put a question at place `index` of its quiz, from 0. Raises: NotAllowed, NotFound (changed meanwhile)."""
    ensure(actor, "courses.edit_course", question.quiz.lesson.course)
    with transaction.atomic():
        Course.objects.lock(question.quiz.lesson.course_id)
        rows = list(question.quiz.questions.all())
        placed = _placed(rows, question.pk, index)
        order_questions(actor=actor, quiz=question.quiz, questions=[row.pk for row in placed])


def _placed(rows: Sequence[Any], pk: int, index: int) -> list[Any]:
    """Return `rows` with the one of `pk` at `index`."""
    moved = next((row for row in rows if row.pk == pk), None)
    if moved is None:
        raise NotFound
    rest = [row for row in rows if row.pk != pk]
    index = max(0, min(index, len(rest)))
    return [*rest[:index], moved, *rest[index:]]


def _renumber(model: Any, rows: Sequence[Any]) -> None:
    changed = []
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            changed.append(row)
    model.objects.bulk_update(changed, ["position"])


def _touch(course: Course) -> None:
    course.revision += 1
    course.save(update_fields=["revision"])
    events.publish(CourseChanged(course_id=course.pk))
