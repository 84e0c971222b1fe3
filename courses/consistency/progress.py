"""Counters of courses, progress of students."""

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from community_platform.core.consistency import alarm, count_of, counter, register, sum_of
from courses.models import Course, Enrollment, Lesson, LessonProgress


def _unfinished() -> QuerySet[Enrollment]:
    return Enrollment.objects.unfinished()


_DONE = Coalesce(
    Subquery(
        LessonProgress.objects.filter(
            user=OuterRef("user"),
            lesson__course=OuterRef("course"),
            lesson__is_required=True,
            lesson__removed_at__isnull=True,
            completed_at__isnull=False,
        )
        .order_by()
        .values("user")
        .annotate(_n=Count("pk"))
        .values("_n")
    ),
    Value(0),
)
_REQUIRED = Coalesce(
    Subquery(
        Lesson.objects.filter(course=OuterRef("course"), is_required=True)
        .order_by()
        .values("course")
        .annotate(_n=Count("pk"))
        .values("_n")
    ),
    Value(0),
)


def _finished_unnoticed() -> QuerySet[Enrollment]:
    """Return enrolments with every required lesson done that are not completed: the event was never published."""
    return (
        _unfinished()
        .annotate(_done=_DONE, _required=_REQUIRED)
        .filter(_required__gt=0, _done__gte=F("_required"))
    )


def _partly_done() -> QuerySet[Enrollment]:
    return (
        _unfinished()
        .annotate(_all=_REQUIRED)
        .filter(_all__gt=0)
        .exclude(pk__in=_finished_unnoticed().values("pk"))
    )


register(
    counter(
        "courses.course.students",
        "students of a course",
        Course,
        "students_count",
        count_of(Enrollment.objects.all(), "course"),
    ),
    counter(
        "courses.course.lessons",
        "lessons of a course",
        Course,
        "lessons_count",
        count_of(Lesson.objects.all(), "course"),
    ),
    counter(
        "courses.course.duration",
        "minutes of a course, rounded up",
        Course,
        "duration_minutes",
        Cast((sum_of(Lesson.objects.all(), "course", "duration_seconds") + 59) / 60, IntegerField()),
    ),
    counter(
        "courses.enrollment.lessons",
        "required lessons done in an unfinished course",
        Enrollment,
        "lessons_completed",
        _DONE,
        among=_unfinished,
    ),
    counter(
        "courses.enrollment.progress",
        "percent of an unfinished course",
        Enrollment,
        "progress_percent",
        Cast(_DONE * 100 / _REQUIRED, IntegerField()),
        among=_partly_done,
    ),
    alarm(
        "courses.enrollment.finished", "all required lessons done means course completed", _finished_unnoticed
    ),
)
