"""The students of one course: the table, how they did, and the list behind every count."""

from collections import Counter
from typing import Any

from django.db.models import Max, Q, QuerySet

from analytics.models import StudentEngagement, UserCourseDay
from analytics.selectors import course as of_course
from analytics.selectors import quizzes
from analytics.selectors.scope import Range
from courses.models import Course, Enrollment, LearningEvent, Verb
from profiles.models import User

ORDERS = (
    "engagement_score", "-engagement_score", "last_activity_at", "-last_activity_at", "total_time_ms",
    "-total_time_ms", "lessons_viewed", "-lessons_viewed", "progress_percent", "-progress_percent",
    "estimated_completion_date", "-estimated_completion_date", "user__username", "-user__username",
)  # fmt: skip
TOP = 10
ENOUGH = 10  # students who opened a lesson, before anything is said about it
TIME_BINS = ((0, 7), (8, 14), (15, 30), (31, 60), (61, 90), (91, None))  # days to complete


def rows(course: Course, *, q: str = "", order: str = "-engagement_score") -> QuerySet[StudentEngagement]:
    """Return the students of a course, searched by name and in an order of ORDERS."""
    found = StudentEngagement.objects.filter(course=course).select_related("user", "furthest_lesson")
    if q:
        found = found.filter(Q(user__username__icontains=q) | Q(user__display_name__icontains=q))
    return found.order_by(order if order in ORDERS else ORDERS[1], "pk")


def summary(course: Course, days: Range, *, board: list[StudentEngagement] | None = None) -> dict[str, Any]:
    """Return how students did: results, time to complete, lessons where they struggle, the most active.

    `board` saves a query: the students in the order of their scores.
    """
    return {
        "score_distribution": score_distribution(course, days),
        "completion_time_distribution": completion_times(course, days),
        "struggle_points": struggle_points(course, days),
        "top_performers": list(rows(course)[:TOP]) if board is None else board[:TOP],
    }


def score_distribution(course: Course, days: Range) -> list[int]:
    """Return ten numbers: best results per student and quiz inside the range, 0-9 %, …, 90-100 %."""
    best = (
        LearningEvent.objects.filter(
            course=course, verb=Verb.SUBMITTED, is_excluded=False, day__range=(days.first, days.last)
        )
        .order_by()
        .values("user", "lesson")
        .annotate(best=Max("value"))
    )
    counts = Counter(min(row["best"] // 1000, 9) for row in best)
    return [counts[number] for number in range(10)]


def completion_times(course: Course, days: Range) -> list[dict[str, Any]]:
    """Return how many days students took who completed inside the range."""
    done = StudentEngagement.objects.filter(
        course=course, completed_at__gte=days.starts_at, completed_at__lt=days.ends_at
    )
    spans = done.values_list("enrolled_at", "completed_at")
    took = [(last - first).days for first, last in spans if last is not None]
    return [
        {
            "days_from": low, "days_to": high,
            "students": sum(days_ >= low and (high is None or days_ <= high) for days_ in took),
        }
        for low, high in TIME_BINS
    ]  # fmt: skip


def struggle_points(course: Course, days: Range) -> list[dict[str, Any]]:
    """Return the lessons with the strongest signs that students struggle, worst first, each with its evidence.

    `score` (0..1) is the mean rank of the lesson among all in: students who left at it, quiz attempts that failed,
    marks that say "confusing" or "error". It tells where to look, not why.
    """
    drops = of_course.drop_off(course)
    heat = of_course.feedback(of_course.lessons_of(course), days)
    marks = {row["lesson"]["id"]: row["confusing"] + row["error"] for row in heat}
    tests = {row["lesson"]["id"]: row["pass_rate"] for row in quizzes.results(course, days)}
    found = []
    for row in drops[:-1]:  # nothing comes after the last
        if row["reached"] < ENOUGH:
            continue
        lesson = row["lesson"]["id"]
        rate = tests.get(lesson)
        evidence = {
            "left": row["left"], "reached": row["reached"], "hazard": row["hazard"],
            "failed_percent": None if rate is None else round(100 - rate, 2),
            "marks": marks.get(lesson, 0),
        }  # fmt: skip
        parts = [row["hazard"], min(1.0, marks.get(lesson, 0) / row["reached"])]
        if rate is not None:
            parts.append(1 - rate / 100)
        found.append({"lesson": row["lesson"], "score": round(max(parts), 4), "evidence": evidence})
    found.sort(key=lambda point: -point["score"])
    return [point for point in found if point["score"] > 0][:TOP]


def listed(course: Course, code: str, days: Range | None = None, *, lesson: int | None = None) -> QuerySet[User]:
    """Return the people that a count counts, by name.

    Codes: students, at_risk, active (of `days`), active_7_days and active_30_days (ending with the last of `days`),
    viewers, enrollments, completions (of `days`), reached and left (of `lesson`). Raises: KeyError.
    """
    return User.objects.filter(pk__in=_people(course, code, days, lesson)).order_by("username")


def _people(course: Course, code: str, days: Range | None, lesson: int | None) -> QuerySet[Any]:
    now = StudentEngagement.objects.filter(course=course)
    if code in {"students", "at_risk"}:
        return (now.filter(is_at_risk=True) if code == "at_risk" else now).values("user")
    if code in {"reached", "left"} and lesson is not None:
        place = course.lessons.model.ever.get(course=course, pk=lesson)
        if code == "left":
            return now.filter(furthest_lesson=place, has_left=True).values("user")
        beyond = Q(furthest_lesson__position__gt=place.position) | Q(
            furthest_lesson__position=place.position, furthest_lesson__gte=place.pk
        )
        return now.filter(beyond).values("user")
    if days is None:
        raise KeyError(code)
    learned = UserCourseDay.objects.filter(course=course, day__lte=days.last)
    if code in {"active", "viewers"}:
        more = {"content_ms__gt": 0} if code == "viewers" else {}
        return learned.filter(day__gte=days.first, **more).values("user")
    if code in {"active_7_days", "active_30_days"}:
        length = 7 if code == "active_7_days" else 30
        first = days.last.fromordinal(days.last.toordinal() - length + 1)
        return learned.filter(day__gte=first).values("user")
    column = {"enrollments": "enrolled_at", "completions": "completed_at"}[code]
    inside = {f"{column}__gte": days.starts_at, f"{column}__lt": days.ends_at}
    staff = course.staff.values("user")
    found = Enrollment.ever.filter(course=course, **inside).exclude(user=course.instructor_id)
    return found.exclude(user__in=staff).values("user")
