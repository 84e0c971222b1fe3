"""Histories of learning for tests, straight into the log."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from analytics.models import (
    Cohort,
    CourseAnalyticsDaily,
    FunnelDay,
    LessonDay,
    PlatformDay,
    QuestionDay,
    RevenueDay,
    StudentEngagement,
    UserCourseDay,
    VideoBin,
)
from courses.models import Course, LearningEvent, Verb

TABLES = (
    UserCourseDay, CourseAnalyticsDaily, StudentEngagement, LessonDay, VideoBin, QuestionDay, FunnelDay, RevenueDay,
    Cohort, PlatformDay,
)  # fmt: skip


def noon(days_ago: int) -> datetime:
    """Return noon in UTC of a day before today."""
    day = timezone.now().date() - timedelta(days=days_ago)
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12)


def happened(
    verb: Verb, user: Any, course: Course, days_ago: int, *, lesson: Any = None, value: int = 0, **more: Any
) -> LearningEvent:
    """Write one event of `days_ago`, received now."""
    at = noon(days_ago)
    return LearningEvent.objects.create(
        uuid=uuid.uuid4(), at=at, day=at.date(), user=user, course=course, lesson=lesson, verb=verb, value=value,
        wall_ms=value if verb in {Verb.WATCHED, Verb.VIEWED} else 0, **more,
    )  # fmt: skip


def digest() -> dict[str, list[tuple[Any, ...]]]:
    """Return every derived row of every table, without keys, in an order of its own."""
    assert connection is not None
    found = {}
    for model in TABLES:
        columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        rows = (tuple(_plain(value) for value in row) for row in model._default_manager.values_list(*columns))
        found[model.__name__] = sorted(rows, key=repr)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return sorted(value.items()) if isinstance(value, dict) else value
