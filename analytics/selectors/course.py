"""The figures of one course. A few grouped queries each, whatever the number of students."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone

from analytics.definitions import percent
from analytics.models import (
    CourseAnalyticsDaily,
    FunnelDay,
    LessonDay,
    RevenueDay,
    StudentEngagement,
    VideoBin,
)
from analytics.selectors.scope import Range
from courses.models import (
    Course,
    FeedbackKind,
    Lesson,
    LessonFeedback,
    LessonProgress,
    Order,
    OrderStatus,
    money,
)

TOP = 10
HOT_VIEWERS = 5  # a section fewer people watched is not called replayed
Row = dict[str, Any]


def lesson_of(lesson: Lesson | Row) -> Row:
    """Return how a lesson is named everywhere: {"id", "slug", "title"}."""
    if isinstance(lesson, Lesson):
        return {"id": lesson.pk, "slug": lesson.slug, "title": lesson.title}
    return {"id": lesson["pk"], "slug": lesson["slug"], "title": lesson["title"]}


def daily(course: Course, days: Range) -> list[Row]:
    """Return the rows of CONTRACT §6, ascending and without gaps; by weeks (dated by their Monday) above 120 days.

    Of a week: counts are sums, `wau`, `mau`, `completion_rate` those of its last day, `dau` and `active_students` the
    mean of its days (people are never added up).
    """
    stored = {row.date: row for row in CourseAnalyticsDaily.objects.filter(course=course, date__range=_both(days))}
    last = CourseAnalyticsDaily.objects.filter(course=course, date__lt=days.first).order_by("-date").first()
    rows: list[CourseAnalyticsDaily] = []
    for number in range(days.days):
        day = days.first + timedelta(days=number)
        row = stored.get(day)
        if row is None:  # before the course began, or the run of today is still to come
            former = rows[-1] if rows else last
            row = CourseAnalyticsDaily(course=course, date=day)
            if former is not None:
                row.enrolled_total, row.completed_total = former.enrolled_total, former.completed_total
        rows.append(row)
    if days.is_daily:
        return [_shown(row, course) for row in rows]
    weeks = groupby(rows, key=lambda row: row.date - timedelta(days=row.date.weekday()))
    return [_shown(_week(monday, list(group)), course) for monday, group in weeks]


def _both(days: Range) -> tuple[date, date]:
    return days.first, days.last


def _week(monday: date, rows: list[CourseAnalyticsDaily]) -> CourseAnalyticsDaily:
    last = rows[-1]
    week = CourseAnalyticsDaily(
        course_id=last.course_id, date=monday, enrolled_total=last.enrolled_total, completed_total=last.completed_total,
        wau=last.wau, mau=last.mau,
    )  # fmt: skip
    for name in (
        "enrollments", "completions", "watch_ms", "viewers", "comments_count", "questions_count", "likes_count",
        "quiz_score_sum", "quiz_attempts", "revenue_minor",
    ):  # fmt: skip
        setattr(week, name, sum(getattr(row, name) for row in rows))
    week.dau = week.active_students = round(sum(row.dau for row in rows) / len(rows))
    return week


def _shown(row: CourseAnalyticsDaily, course: Course) -> Row:
    names = (
        "date", "enrollments", "active_students", "completions", "completion_rate", "total_watch_time_minutes",
        "average_watch_time_minutes", "comments_count", "questions_count", "likes_count", "average_quiz_score",
        "quiz_attempts",
    )  # fmt: skip
    found = {name: getattr(row, name) for name in names}
    return found | {"revenue": row.revenue(course.currency), "dau": row.dau, "wau": row.wau, "mau": row.mau}


def overview(course: Course, days: Range) -> Row:
    """Return the figures of the first page: people as of the last day of the range, money and sums of the range."""
    last = CourseAnalyticsDaily.objects.filter(course=course, date__lte=days.last).order_by("-date").first()
    last = last or CourseAnalyticsDaily(course=course)
    is_fresh = last.pk is not None and last.date == days.last
    sums = CourseAnalyticsDaily.objects.filter(course=course, date__range=_both(days)).aggregate(
        enrollments=Sum("enrollments", default=0), completions=Sum("completions", default=0),
        revenue=Sum("revenue_minor", default=0),
    )  # fmt: skip
    grown = timezone.now() - timedelta(days=max(course.duration_minutes // 20, 7))
    began = Q(furthest_lesson__isnull=False)
    now = StudentEngagement.objects.filter(course=course).aggregate(
        students=Count("pk"),
        at_risk=Count("pk", filter=Q(is_at_risk=True)),
        starters=Count("pk", filter=began),
        finished=Count("pk", filter=began & Q(completed_at__isnull=False)),
        mature=Count("pk", filter=began & Q(enrolled_at__lte=grown)),
        mature_finished=Count("pk", filter=began & Q(enrolled_at__lte=grown, completed_at__isnull=False)),
    )
    return {
        "students": now["students"],
        "active_7_days": last.wau if is_fresh else 0,
        "active_30_days": last.mau if is_fresh else 0,
        "completion_rate": last.completion_rate,
        "starters_rate": percent(now["finished"], now["starters"]),
        "mature_rate": percent(now["mature_finished"], now["mature"]),
        "rating": course.rating,
        "revenue": money.major(sums["revenue"], course.currency),
        "currency": course.currency,
        "enrollments": sums["enrollments"],
        "completions": sums["completions"],
        "at_risk": now["at_risk"],
    }


def engagement(course: Course, days: Range) -> Row:
    """Return days, where students leave, and the funnel of those who enrolled in the range."""
    return {"daily": daily(course, days), "drop_off": drop_off(course), "funnel": funnel(course, days)}


def drop_off(course: Course) -> list[Row]:
    """Return for each lesson in order who reached it, left at it, is still there; `hazard` is left / reached (0..1)."""
    rows = StudentEngagement.objects.filter(course=course, furthest_lesson__isnull=False).order_by()
    grouped = rows.values("furthest_lesson__position", "furthest_lesson").annotate(
        n=Count("pk"), gone=Count("pk", filter=Q(has_left=True)), here=Count(
            "pk", filter=Q(has_left=False, completed_at__isnull=True)
        ),
    )  # fmt: skip
    counts = {row["furthest_lesson"]: row for row in grouped}
    found = []
    lessons = Lesson.objects.filter(course=course).order_by("position", "pk").values("pk", "slug", "title", "position")
    for lesson in lessons:
        place = (lesson["position"], lesson["pk"])
        reached = sum(
            row["n"] for pk, row in counts.items() if (row["furthest_lesson__position"], pk) >= place
        )
        here = counts.get(lesson["pk"], {"gone": 0, "here": 0})
        hazard = round(here["gone"] / reached, 4) if reached else None
        found.append(
            {
                "lesson": lesson_of(lesson), "reached": reached, "left": here["gone"], "in_progress": here["here"],
                "hazard": hazard,
            }
        )  # fmt: skip
    return found


def funnel(course: Course, days: Range) -> list[Row]:
    """Return the steps of those who enrolled in the range: shares (0-100) of all and of the step before."""
    rows = FunnelDay.objects.filter(course=course, day__range=_both(days))
    sums = rows.aggregate(**{step: Sum(step, default=0) for step in FunnelDay.STEPS})
    found, before = [], sums["enrolled"]
    for step in FunnelDay.STEPS:
        students = sums[step]
        found.append(
            {
                "step": step, "students": students, "of_all": percent(students, sums["enrolled"]),
                "of_before": percent(students, before),
            }
        )  # fmt: skip
        before = students
    return found


def revenue(course: Course, days: Range) -> Row:
    """Return money of the range in the course's currency: by day, by coupon, and how many orders came to something."""
    rows = RevenueDay.objects.filter(course=course, day__range=_both(days), currency=course.currency)
    by_day = rows.order_by("day").values("day").annotate(
        gross=Sum("gross_minor"), refunded=Sum("refunded_minor"), orders=Sum("orders_count")
    )  # fmt: skip
    by_coupon = rows.order_by(F("coupon__code").asc(nulls_first=True)).values("coupon__code").annotate(
        orders=Sum("orders_count"), gross=Sum("gross_minor"), discount=Sum("discount_minor"),
        refunded=Sum("refunded_minor"),
    )  # fmt: skip
    opened = Order.objects.filter(course=course, created_at__gte=days.starts_at, created_at__lt=days.ends_at)
    orders = opened.aggregate(
        opened=Count("pk"), paid=Count("pk", filter=Q(paid_at__isnull=False)),
        refunded=Count("pk", filter=Q(paid_at__isnull=False, status=OrderStatus.REFUNDED)),
    )  # fmt: skip

    def major(units: int) -> Decimal:
        return money.major(units, course.currency)

    return {
        "currency": course.currency,
        "daily": [
            {
                "date": row["day"], "gross": major(row["gross"]), "refunded": major(row["refunded"]),
                "net": major(row["gross"] - row["refunded"]), "orders": row["orders"],
            }
            for row in by_day
        ],
        "conversion": {
            "opened": orders["opened"], "paid": orders["paid"], "rate": percent(orders["paid"], orders["opened"])
        },
        "refund_rate": percent(orders["refunded"], orders["paid"]),
        "coupons": [
            {
                "code": row["coupon__code"], "orders": row["orders"], "gross": major(row["gross"]),
                "discount": major(row["discount"]), "refunded": major(row["refunded"]),
            }
            for row in by_coupon
        ],
    }  # fmt: skip


def content(course: Course, days: Range) -> Row:
    """Return what is watched and replayed, how many finish each lesson, and the marks of students on lessons."""
    lessons = lessons_of(course)
    watched = (
        LessonDay.objects.filter(course=course, day__range=_both(days), watch_ms__gt=0, lesson__in=list(lessons))
        .order_by()
        .values("lesson")
        .annotate(ms=Sum("watch_ms"), most=Max("watchers"))
        .order_by("-ms", "lesson")[:TOP]
    )
    progress = (
        LessonProgress.objects.filter(lesson__in=list(lessons), user__engagement__course=course)
        .order_by()
        .values("lesson")
        .annotate(viewed=Count("pk"), completed=Count("pk", filter=Q(completed_at__isnull=False)))
    )
    by_lesson = {row["lesson"]: row for row in progress}
    none = {"viewed": 0, "completed": 0}
    return {
        "most_watched": [
            {
                "lesson": lesson_of(lessons[row["lesson"]]), "watch_minutes": round(row["ms"] / 60_000, 2),
                "viewers": by_lesson.get(row["lesson"], none)["viewed"],
            }
            for row in watched
        ],
        "most_replayed": _replayed(lessons),
        "completion": [
            {
                "lesson": lesson_of(lesson), "viewed": (row := by_lesson.get(pk, none))["viewed"],
                "completed": row["completed"], "rate": percent(row["completed"], row["viewed"]),
            }
            for pk, lesson in lessons.items()
        ],
        "feedback_heatmap": feedback(lessons, days),
    }  # fmt: skip


def _replayed(lessons: dict[int, Row]) -> list[Row]:
    """Return sections: neighbouring five seconds whose share of replays lies two deviations above their video's mean.

    `replays` is the highest of the section. In a short or evenly replayed video the bound is half of its peak.
    """
    bins: dict[int, list[VideoBin]] = {}
    for one in VideoBin.objects.filter(lesson__in=list(lessons)).order_by("lesson_id", "number"):
        bins.setdefault(one.lesson_id, []).append(one)
    found: list[Row] = []
    for pk, row in bins.items():
        peak = max(one.replays for one in row)
        mean = sum(one.replays for one in row) / len(row)
        deviation = (sum((one.replays - mean) ** 2 for one in row) / len(row)) ** 0.5
        bound = max(min(mean + 2 * deviation, peak), peak / 2, 1)
        hot = [one for one in row if one.replays >= bound and one.viewers >= HOT_VIEWERS]
        # Neighbours have the same difference of number and place.
        for _key, run in groupby(enumerate(hot), key=lambda pair: pair[1].number - pair[0]):
            found.append(_section(lessons[pk], [one for _place, one in run]))
    return sorted(found, key=lambda section: -section["replays"])[:TOP]


def _section(lesson: Row, run: list[VideoBin]) -> Row:
    return {
        "lesson": lesson_of(lesson),
        "from_seconds": run[0].number * VideoBin.SECONDS,
        "to_seconds": (run[-1].number + 1) * VideoBin.SECONDS,
        "replays": max(one.replays for one in run),
        "viewers": max(one.viewers for one in run),
    }


def lessons_of(course: Course) -> dict[int, Row]:
    """Return the lessons in order, by key: pk, slug, title, kind."""
    rows = Lesson.objects.filter(course=course).order_by("position", "pk")
    return {row["pk"]: row for row in rows.values("pk", "slug", "title", "kind")}


def feedback(lessons: dict[int, Row], days: Range) -> list[Row]:
    """Return how many marks of each kind the lessons got in the range."""
    marks = LessonFeedback.objects.filter(
        lesson__in=list(lessons), created_at__gte=days.starts_at, created_at__lt=days.ends_at
    )
    counts = {
        (row["lesson"], row["kind"]): row["n"]
        for row in marks.order_by().values("lesson", "kind").annotate(n=Count("pk"))
    }
    return [
        {"lesson": lesson_of(lesson)} | {kind: counts.get((pk, kind), 0) for kind in FeedbackKind.values}
        for pk, lesson in lessons.items()
    ]


def video_bins(lesson: Lesson) -> list[Row]:
    """Return the timeline of a video by five seconds."""
    return [
        {
            "from_seconds": one.number * VideoBin.SECONDS, "viewers": one.viewers, "views": one.views,
            "replays": one.replays,
        }
        for one in VideoBin.objects.filter(lesson=lesson).order_by("number")
    ]  # fmt: skip

