"""What courses hold about a person: given out, and removed."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import F

from courses.models import Course, Enrollment, LessonProgress


def export_learning(user: Any) -> Iterator[tuple[str, Any]]:
    """Yield (file name, JSON-able data) of what `user` learned and teaches."""
    yield (
        "enrollments.json",
        [
            {
                "course": row.course.slug,
                "enrolled_at": row.enrolled_at.isoformat(),
                "progress_percent": row.progress_percent,
                "completed_at": row.completed_at.isoformat() if row.completed_at else None,
            }
            for row in user.enrollments.select_related("course").order_by("pk")
        ],
    )
    yield (
        "lessons.json",
        [
            {
                "course": row.lesson.course.slug,
                "lesson": row.lesson.slug,
                "viewed_at": row.viewed_at.isoformat(),
                "position_seconds": row.position_seconds,
                "completed_at": row.completed_at.isoformat() if row.completed_at else None,
            }
            for row in user.lesson_progress.select_related("lesson__course").order_by("pk")
        ],
    )
    yield "courses_taught.json", list(user.courses_taught.order_by("pk").values("slug", "title", "status"))


def erase_learning(user: Any) -> None:
    """Remove what `user` learned. Courses they taught belong to the school and stay. Repeatable."""
    with transaction.atomic():
        mine = Enrollment.objects.select_for_update().filter(user=user).order_by("course_id")
        for course_id, pk in list(mine.values_list("course_id", "pk")):
            removed, _ = Enrollment.objects.filter(pk=pk).delete()
            Course.objects.filter(pk=course_id).update(students_count=F("students_count") - removed)
        LessonProgress.objects.filter(user=user).delete()
