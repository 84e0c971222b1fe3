"""Events of another system for tests."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from courses.models import Course, LessonKind
from courses.tests.factories import CourseFactory, LessonFactory
from courses.tests.quizzes import SINGLE, make_quiz

BEGAN = timedelta(hours=3)


def event(kind: str, user: str, course: Course, **more: Any) -> dict[str, Any]:
    """Return one event; `ago` (a timedelta) says when it happened, everything else stands in it as given."""
    ago = more.pop("ago", timedelta(minutes=5))
    at: datetime = timezone.now() - ago
    return {
        "id": str(uuid.uuid4()), "type": kind, "user": user, "course": course.slug, "occurred_at": at.isoformat(),
        **more,
    }  # fmt: skip


def school(instructor: Any, slug: str = "algebra") -> Course:
    """Return a course of an article `read`, a video `film` of 100 s and a quiz."""
    course = CourseFactory(instructor=instructor, slug=slug)
    LessonFactory(course=course, slug="read")
    LessonFactory(
        course=course, slug="film", kind=LessonKind.VIDEO, video_url="/media/x.webm", duration_seconds=100
    )
    make_quiz(SINGLE, course=course)
    return course


def whole_way(user: str, course: Course) -> list[dict[str, Any]]:
    """Return what a person does who learns a course of `school` from beginning to end."""
    quiz = course.lessons.get(kind="quiz").quiz
    steps: list[tuple[str, dict[str, Any]]] = [
        ("course.enrolled", {}),
        ("lesson.viewed", {"lesson": "read"}),
        ("lesson.completed", {"lesson": "read"}),
        ("video.watched", {"lesson": "film", "data": {"from_seconds": 0, "to_seconds": 60, "rate": 1.5}}),
        ("video.watched", {"lesson": "film", "data": {"from_seconds": 50, "to_seconds": 99.5, "rate": 1}}),
        ("quiz.submitted", {"quiz": quiz.pk, "data": {"score": 0, "max_score": 1, "duration_seconds": 30}}),
        ("quiz.submitted", {"quiz": quiz.pk, "data": {"score": 1, "max_score": 1, "duration_seconds": 20}}),
    ]
    return [
        event(kind, user, course, ago=BEGAN - timedelta(minutes=n), **more)
        for n, (kind, more) in enumerate(steps)
    ]
