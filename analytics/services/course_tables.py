"""The second level: every table of one course, made of its student days and of the rows of other apps."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from analytics.models import Cohort, CourseAnalyticsDaily, CourseState, FunnelDay, Grain, RevenueDay, VideoBin
from analytics.selectors.scope import Range, zone
from analytics.services import engagement, partitions
from analytics.services.student_days import DAY, Day, Student, load, running, windows
from analytics.services.writing import converge
from courses.models import (
    Course,
    CourseStaff,
    Enrollment,
    EnrollmentStatus,
    EntryKind,
    LedgerEntry,
    LessonKind,
    Review,
    WatchSpan,
)
from forum.models import Like

ALWAYS = Range(date(2000, 1, 1), date(2199, 12, 31))
BIN_MS = 1000 * VideoBin.SECONDS


def build(course: Course, as_of: datetime) -> int:
    """Bring every table of `course` up to date in one transaction and return how many rows moved."""
    with transaction.atomic():
        staff = {course.instructor_id, *CourseStaff.objects.filter(course=course).values_list("user", flat=True)}
        columns = ("user", "status", "enrolled_at", "ended_at", "completed_at", "progress_percent")
        rows = [row for row in Enrollment.ever.filter(course=course).values(*columns) if row["user"] not in staff]
        students, days = load(course.pk)
        facts = engagement.Facts(course, zone())
        active = [row for row in rows if row["status"] == EnrollmentStatus.ACTIVE]
        today = as_of.astimezone(zone()).date()
        moved = _daily(course, rows, students, days, today) + _revenue(course)
        moved += engagement.write(course, active, students, facts, as_of)
        moved += _cohorts(course, rows, students) + _funnel(course, rows, students, facts) + _videos(facts, staff)
        state, _new = CourseState.objects.select_for_update().get_or_create(course=course)
        state.version, state.as_of = state.version + 1, as_of
        state.save(update_fields=["version", "as_of"])
    return moved


def _day(moment: datetime) -> date:
    return moment.astimezone(zone()).date()


def _daily(
    course: Course, rows: Sequence[dict[str, Any]], students: dict[int, Student], days: dict[date, Day], today: date
) -> int:
    comments, questions, likes = social(course)
    revenue: Counter[date] = Counter()
    entries = LedgerEntry.objects.filter(order__course=course, currency=course.currency).order_by()
    for day, amount in entries.values_list("day").annotate(sum=Sum("amount_minor")):
        revenue[day] = amount
    enrolled, completed = Counter(_day(row["enrolled_at"]) for row in rows), Counter[date]()
    members, finishers = Counter[date](), Counter[date]()
    for row in rows:
        began = _day(row["enrolled_at"])
        done = max(_day(row["completed_at"]), began) if row["completed_at"] else None
        gone = max(_day(row["ended_at"]), began) if row["status"] == EnrollmentStatus.REFUNDED else None
        members[began] += 1
        if done is not None:
            completed[done] += 1
            finishers[done] += 1
        if gone is not None:
            members[gone] -= 1
            if done is not None:
                finishers[max(gone, done)] -= 1
    first = min((*enrolled, *days, *comments, *questions, *likes, *revenue), default=today)
    first = max(min(first, today), today - timedelta(days=20 * 366))
    weeks = running(windows((one.days for one in students.values()), 7), first, today)
    months = running(windows((one.days for one in students.values()), 30), first, today)
    totals = zip(running(members, first, today), running(finishers, first, today), weeks, months, strict=True)
    found = []
    for number, (inside, finished, wau, mau) in enumerate(totals):
        day = first + number * DAY
        did = days.get(day, Day())
        found.append(
            {
                "date": day, "enrollments": enrolled[day], "active_students": did.active,
                "completions": completed[day], "enrolled_total": inside, "completed_total": min(finished, inside),
                "watch_ms": did.watch_ms, "viewers": did.viewers, "comments_count": comments[day],
                "questions_count": questions[day], "likes_count": likes[day], "quiz_score_sum": did.quiz_score_sum,
                "quiz_attempts": did.quiz_attempts, "revenue_minor": revenue[day], "dau": did.active, "wau": wau,
                "mau": mau,
            }
        )  # fmt: skip
    return converge(CourseAnalyticsDaily, {"course_id": course.pk}, ("date",), found)


def social(course: Course) -> tuple[Counter[date], Counter[date], Counter[date]]:
    """Return comments, questions and likes of a course by day; what its staff wrote is left out."""
    on_course, on_lessons, asked = (
        Counter(dict(rows.values_list("on_day").annotate(n=Count("pk")).order_by()))
        for rows in partitions.texts(ALWAYS, [course.pk])
    )
    of_comments = Q(comment__course=course) | Q(comment__lesson__course=course)
    likes: Counter[date] = Counter()
    for about in (of_comments & Q(comment__deleted_at=None), Q(post__topic__course=course, post__deleted_at=None)):
        liked = Like.objects.filter(about).annotate(day=TruncDate("created_at", tzinfo=zone()))
        likes.update(dict(liked.values_list("day").annotate(n=Count("pk")).order_by()))
    return on_course + on_lessons, asked, likes


def _revenue(course: Course) -> int:
    def of(kind: EntryKind) -> Q:
        return Q(kind=kind)

    rows = (
        LedgerEntry.objects.filter(order__course=course)
        .order_by()
        .values("day", "currency", coupon_id=Coalesce("order__coupon", Value(0)))
        .annotate(
            orders_count=Count("pk", filter=of(EntryKind.CHARGE)),
            gross_minor=Coalesce(Sum("amount_minor", filter=of(EntryKind.CHARGE)), Value(0)),
            discount_minor=Coalesce(Sum("order__discount_minor", filter=of(EntryKind.CHARGE)), Value(0)),
            refunds_count=Count("pk", filter=of(EntryKind.REFUND)),
            refunded_minor=-Coalesce(Sum("amount_minor", filter=of(EntryKind.REFUND)), Value(0)),
        )
    )
    wanted = [{**row, "coupon_id": row["coupon_id"] or None} for row in rows]
    return converge(RevenueDay, {"course_id": course.pk}, ("day", "currency", "coupon_id"), wanted)


def starts(day: date, grain: str) -> date:
    """Return the first day of the week (Monday) or month of `day`."""
    return day.replace(day=1) if grain == Grain.MONTH else day - timedelta(days=day.weekday())


def periods(first: date, later: date, grain: str) -> int:
    """Return how many weeks or months lie between two first days."""
    if grain == Grain.MONTH:
        return 12 * (later.year - first.year) + later.month - first.month
    return (later - first).days // 7


def _cohorts(course: Course, rows: Iterable[dict[str, Any]], students: dict[int, Student]) -> int:
    today = _day(timezone.now())
    found = []
    for grain in Grain.values:
        sizes: Counter[date] = Counter()
        on: Counter[tuple[date, int]] = Counter()
        later: Counter[tuple[date, int]] = Counter()
        for row in rows:
            if row["status"] == EnrollmentStatus.REFUNDED:
                continue
            began = starts(_day(row["enrolled_at"]), grain)
            sizes[began] += 1
            student = students.get(row["user"])
            seen = {periods(began, starts(day, grain), grain) for day in student.days} if student else set()
            seen = {period for period in seen if period >= 0}
            on.update((began, period) for period in seen)
            later.update((began, period) for period in range(max(seen, default=-1) + 1))
        for began, size in sizes.items():
            found += [
                {
                    "grain": grain, "began_on": began, "period": period, "size": size,
                    "returned": on[began, period], "returned_later": later[began, period],
                }
                for period in range(periods(began, starts(today, grain), grain) + 1)
            ]  # fmt: skip
    return converge(Cohort, {"course_id": course.pk}, ("grain", "began_on", "period"), found)


def _funnel(
    course: Course, rows: Iterable[dict[str, Any]], students: dict[int, Student], facts: engagement.Facts
) -> int:
    reviewers = set(Review.objects.filter(course=course).values_list("user", flat=True))
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["status"] == EnrollmentStatus.REFUNDED:
            continue
        counts = found[_day(row["enrolled_at"])]
        for step in reached(row, students.get(row["user"]), facts, reviewers):
            counts[step] += 1
    wanted = [{"day": day} | {step: counts[step] for step in FunnelDay.STEPS} for day, counts in found.items()]
    return converge(FunnelDay, {"course_id": course.pk}, ("day",), wanted)


def reached(
    row: dict[str, Any], student: Student | None, facts: engagement.Facts, reviewers: set[int]
) -> list[str]:
    """Return the steps that an enrolment went through, none without those before it."""
    percent, user = row["progress_percent"], row["user"]
    tests = {
        "enrolled": True,
        "started": student is not None,
        "quarter": percent >= 25,
        "quiz": not facts.quizzes or facts.passed(user) > 0,
        "half": percent >= 50,
        "completed": row["completed_at"] is not None,
        "reviewed": user in reviewers,
    }
    steps = []
    for step in FunnelDay.STEPS:
        if not tests[step]:
            break
        steps.append(step)
    return steps


def _videos(facts: engagement.Facts, staff: set[int]) -> int:
    return sum(_video(pk, staff) for pk, row in facts.lessons.items() if row["kind"] == LessonKind.VIDEO)


def _video(lesson_id: int, staff: set[int]) -> int:
    """Count for each five seconds who played their middle, and how often: so a pause is no replay."""
    views: Counter[int] = Counter()
    viewers: Counter[int] = Counter()
    one: set[int] = set()
    person = None
    spans = WatchSpan.objects.filter(lesson=lesson_id).exclude(user__in=staff).order_by("user_id", "pk")
    for user, start, end in spans.values_list("user", "from_ms", "to_ms").iterator(5000):
        if user != person:
            viewers.update(one)
            one, person = set(), user
        played = range(-(-(start - BIN_MS // 2) // BIN_MS), -(-(end - BIN_MS // 2) // BIN_MS))
        bins = [number for number in played if number >= 0]
        views.update(bins)
        one.update(bins)
    viewers.update(one)
    wanted = [{"number": number, "viewers": viewers[number], "views": views[number]} for number in views]
    return converge(VideoBin, {"lesson_id": lesson_id}, ("number",), wanted)
