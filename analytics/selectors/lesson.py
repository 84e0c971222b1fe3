"""The figures of one lesson, beside it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Max, Q, Sum

from analytics.definitions import percent
from analytics.models import LessonDay, StudentEngagement
from analytics.selectors.scope import today
from courses.models import Lesson, LessonProgress

DAYS = 30


@dataclass(frozen=True, slots=True)
class Strip:
    """`opened` and `finished` since ever, `rate` 0-100; `left` and `here` now; minutes watched in 30 days."""

    opened: int
    finished: int
    rate: float | None
    left: int
    here: int
    minutes: int
    busiest: int


def strip(lesson: Lesson) -> Strip:
    """Return the figures of a lesson. Three queries."""
    progress = LessonProgress.objects.filter(lesson=lesson, user__engagement__course=lesson.course_id).aggregate(
        opened=Count("pk"), finished=Count("pk", filter=Q(completed_at__isnull=False))
    )
    ends = StudentEngagement.objects.filter(furthest_lesson=lesson).aggregate(
        left=Count("pk", filter=Q(has_left=True)),
        here=Count("pk", filter=Q(has_left=False, completed_at__isnull=True)),
    )
    days = LessonDay.objects.filter(lesson=lesson, day__gt=today() - timedelta(days=DAYS)).aggregate(
        ms=Sum("watch_ms", default=0), busiest=Max("viewers", default=0)
    )
    return Strip(
        progress["opened"], progress["finished"], percent(progress["finished"], progress["opened"]), ends["left"],
        ends["here"], days["ms"] // 60_000, days["busiest"],
    )  # fmt: skip
