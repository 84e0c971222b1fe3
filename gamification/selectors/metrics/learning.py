"""Lessons, courses, days and certificates."""

from typing import Any

from django.db import connection
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from courses.models import (
    Certificate,
    CourseStaff,
    Enrollment,
    EnrollmentStatus,
    LessonProgress,
    Status,
)
from gamification.models import DailyActivity, Holiday, LessonMoment
from gamification.selectors.metrics.units import People, Sql, Window, among, of

FULL_SIZE_LESSONS, FULL_SIZE_MINUTES = 5, 60  # a course that a day is fast for
FAST_HOURS = 24
LONG_MINUTES = 600
NIGHT, DAWN = (23, 0, 1, 2, 3), (4, 5, 6)
BIRTHDAY_KNOWN_DAYS = 30


def not_own(course: str) -> Q:
    """Return the condition that the person of a row does not teach the course at the lookup `course`."""
    team = CourseStaff.objects.filter(course=OuterRef(course), user=OuterRef("user"))
    return ~Q(**{f"{course}__instructor": F("user")}) & ~Q(Exists(team))


def lessons_completed(people: People, window: Window) -> QuerySet[Any]:
    rows = LessonProgress.objects.filter(not_own("lesson__course"), completed_at__isnull=False, **of(people, "user"))
    rows = rows.exclude(lesson__course__status=Status.DRAFT)
    return rows.annotate(who=F("user"), at=F("completed_at")).values("who", "at")


def _moments(people: People, **which: Any) -> QuerySet[Any]:
    rows = LessonMoment.objects.filter(not_own("lesson__course"), **which, **of(people, "user"))
    return rows.exclude(lesson__course__status=Status.DRAFT).annotate(who=F("user"))


def night_lessons(people: People, window: Window) -> QuerySet[Any]:
    return _moments(people, hour__in=NIGHT).values("who", "at")


def dawn_lessons(people: People, window: Window) -> QuerySet[Any]:
    return _moments(people, hour__in=DAWN).values("who", "at")


def weekend_lessons(people: People, window: Window) -> QuerySet[Any]:
    return _moments(people, weekend__isnull=False).annotate(part=F("weekend")).values("who", "at", "part")


def event_lessons(people: People, window: Window) -> QuerySet[Any]:
    return _moments(people, local_date__range=(window.starts_on, window.ends_on)).values("who", "at")


def _courses(people: People, **which: Any) -> QuerySet[Any]:
    rows = Enrollment.ever.filter(not_own("course"), completed_at__isnull=False, **which, **of(people, "user"))
    return rows.exclude(status=EnrollmentStatus.REFUNDED).annotate(who=F("user"), at=F("completed_at"))


def courses_completed(people: People, window: Window) -> QuerySet[Any]:
    return _courses(people).values("who", "at")


def fast_courses(people: People, window: Window) -> Sql:
    """Full-size courses completed within a day of their first lesson; that is read once, for all courses at once."""
    some = among(people, "p.user_id")
    began = (
        "SELECT p.user_id, l.course_id, MIN(p.viewed_at) AS began FROM courses_lessonprogress p "  # noqa: S608
        f"JOIN courses_lesson l ON l.id = p.lesson_id WHERE TRUE {some.text} GROUP BY p.user_id, l.course_id"
    )
    if connection.vendor == "postgresql":
        in_time = f"e.completed_at <= b.began + interval '{FAST_HOURS} hours'"
    else:  # days as fractions: a thousandth of a second is no difference
        in_time = f"julianday(e.completed_at) - julianday(b.began) <= {FAST_HOURS / 24 + 1e-8}"
    text = (
        "SELECT e.user_id AS who, e.completed_at AS at FROM courses_enrollment e "  # noqa: S608
        f"JOIN courses_course c ON c.id = e.course_id JOIN ({began}) b ON b.user_id = e.user_id "
        "AND b.course_id = e.course_id WHERE e.completed_at IS NOT NULL AND e.status <> %s "
        "AND c.lessons_count >= %s AND c.duration_minutes >= %s AND c.instructor_id <> e.user_id "
        "AND NOT EXISTS (SELECT 1 FROM courses_coursestaff s WHERE s.course_id = c.id AND s.user_id = e.user_id) "
        f"AND {in_time}"
    )
    return Sql(text, (*some.params, EnrollmentStatus.REFUNDED.value, FULL_SIZE_LESSONS, FULL_SIZE_MINUTES))


def long_courses(people: People, window: Window) -> QuerySet[Any]:
    return _courses(people, course__duration_minutes__gte=LONG_MINUTES).values("who", "at")


def categories_completed(people: People, window: Window) -> QuerySet[Any]:
    rows = _courses(people).values("who", "course__category")
    return rows.annotate(at=Min("completed_at")).values("who", "at")


def courses_in_category(people: People, window: Window) -> QuerySet[Any]:
    return _courses(people).annotate(part=F("course__category")).values("who", "at", "part")


def certificates(people: People, window: Window) -> QuerySet[Any]:
    rows = Certificate.objects.filter(revoked_at__isnull=True, **of(people, "user"))
    return rows.annotate(who=F("user"), at=F("issued_at")).values("who", "at")


def holidays(people: People, window: Window) -> QuerySet[Any]:
    """One unit a holiday on which somebody learned at least once, dated by the first time."""
    days = [Q(date__month=row.month, date__day=row.day) for row in Holiday.objects.filter(is_active=True)]
    learned = DailyActivity.objects.filter(_any(days), is_qualifying=True, **of(people, "user"))
    once = learned.values("user", "date__month", "date__day").annotate(at=Min("date"), who=F("user"))
    return once.values("who", "at")  # type: ignore[misc]  # annotated


def birthdays(people: People, window: Window) -> Sql:
    """Return qualifying days on one's birthday, which the school knew for 30 days by then.

    29 February is kept on the 28th in other years.
    """
    day, month = _part("d.date", "day"), _part("d.date", "month")
    some = among(people, "d.user_id")
    known = _days_before("d.date", BIRTHDAY_KNOWN_DAYS)
    leap_day = f"(b.month = 2 AND b.day = 29 AND {month} = 2 AND {day} = 28 AND NOT {_leap('d.date')})"
    return Sql(
        "SELECT d.user_id AS who, d.date AS at FROM gamification_dailyactivity d "  # noqa: S608 - our own pieces
        "JOIN gamification_birthday b ON b.user_id = d.user_id "
        f"WHERE d.is_qualifying AND b.noted_on <= {known} {some.text} "
        f"AND ((b.month = {month} AND b.day = {day}) OR {leap_day})",
        some.params,
    )


def _any(conditions: list[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _part(column: str, part: str) -> str:
    if connection.vendor == "postgresql":
        return f"EXTRACT({part} FROM {column})"
    code = {"day": "%%d", "month": "%%m", "year": "%%Y"}[part]
    return f"CAST(strftime('{code}', {column}) AS INTEGER)"


def _days_before(column: str, days: int) -> str:
    return f"({column} - {days})" if connection.vendor == "postgresql" else f"date({column}, '-{days} days')"


def _leap(column: str) -> str:
    year = _part(column, "year")
    if connection.vendor == "postgresql":
        year = f"CAST({year} AS INTEGER)"
    return f"({year} %% 4 = 0 AND ({year} %% 100 <> 0 OR {year} %% 400 = 0))"
