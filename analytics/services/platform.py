"""Days of the whole school."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum
from django.db.models.functions import TruncDate

from analytics.models import CourseAnalyticsDaily, PlatformDay, UserCourseDay
from analytics.selectors.scope import Range, zone
from analytics.services.student_days import DAY, running, windows
from analytics.services.writing import converge
from forum.models import Comment, Post, Topic
from messaging.models import Message


def build(since: date | None, today: date) -> int:
    """Make the days from `since` (None: the first) anew and return how many rows moved."""
    days = Range(since - timedelta(days=30) if since else date(2000, 1, 1), today)
    people: dict[int, set[date]] = defaultdict(set)
    learned = UserCourseDay.objects.filter(day__range=(days.first, today)).order_by()
    for user, day in learned.values_list("user", "day").distinct().iterator(5000):
        people[user].add(day)
    written = {}
    for name, rows, author in (
        ("posts", Post.objects.filter(deleted_at=None), "author"),
        ("topics", Topic.objects.filter(deleted_at=None), "author"),
        ("comments", Comment.objects.filter(deleted_at=None), "author"),
        ("messages", Message.objects.filter(deleted_at=None), "sender"),
    ):
        written[name] = _written(rows, author, days, people)
    sums = (
        CourseAnalyticsDaily.objects.filter(date__range=(days.first, today)).order_by().values_list("date")
    ).annotate(e=Sum("enrollments"), c=Sum("completions"), w=Sum("watch_ms"))
    courses = {day: (enrolled, completed, watched) for day, enrolled, completed, watched in sums}
    origin = _first_day(today)
    PlatformDay.objects.filter(day__lt=origin).delete()
    first = max(since, origin) if since else origin
    ascending = [sorted(one) for one in people.values()]
    counts = [running(windows(ascending, length), first, today) for length in (1, 7, 30)]
    wanted: list[dict[str, Any]] = []
    for number in range((today - first).days + 1):
        day = first + number * DAY
        enrolled, completed, watched = courses.get(day, (0, 0, 0))
        dau, wau, mau = (count[number] for count in counts)
        wanted.append(
            {
                "day": day, "dau": dau, "wau": wau, "mau": mau, "enrollments": enrolled, "completions": completed,
                "watch_ms": watched, "topics_count": written["topics"][day], "posts_count": written["posts"][day],
                "messages_count": written["messages"][day],
            }
        )  # fmt: skip
    return converge(PlatformDay, {"day__gte": first} if since else {}, ("day",), wanted)


def _first_day(today: date) -> date:
    """Return the first day on which anything is counted."""
    days = [
        UserCourseDay.objects.aggregate(first=Min("day"))["first"],
        CourseAnalyticsDaily.objects.aggregate(first=Min("date"))["first"],
    ]
    for model in (Post, Comment, Message):  # a topic begins with a post
        moment = model._default_manager.filter(deleted_at=None).aggregate(first=Min("created_at"))["first"]
        days.append(moment.astimezone(zone()).date() if moment else None)
    return min([day for day in days if day], default=today)


def _written(rows: QuerySet[Any], author: str, days: Range, people: dict[int, set[date]]) -> Counter[date]:
    """Count by day what people wrote, and note who wrote when."""
    rows = rows.filter(created_at__gte=days.starts_at, created_at__lt=days.ends_at).exclude(**{author: None})
    counts: Counter[date] = Counter()
    grouped = rows.annotate(on_day=TruncDate("created_at", tzinfo=zone())).order_by()
    for user, day, count in grouped.values_list(author, "on_day").annotate(n=Count("pk")).iterator(5000):
        people[user].add(day)
        counts[day] += count
    return counts
