"""The whole school: its days, what it reached, and whether aggregation is well."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q

from analytics.definitions import percent
from analytics.models import Pipeline, PlatformDay, StudentEngagement
from analytics.selectors.scope import Range, today
from community_platform.core.models import JobRun
from courses.models import Course, Status
from forum.models import Post, Topic
from messaging.models import Message

JOBS = ("aggregate_today", "aggregate_night")
MATURE_DAYS = 30


def days(of: Range) -> list[PlatformDay]:
    """Return the days of the school inside the range, ascending."""
    return list(PlatformDay.objects.filter(day__range=(of.first, of.last)).order_by("day"))


def success() -> dict[str, Any]:
    """Return what the school reached: {name: number}; `completion` holds three readings of one rate (0-100 or None).

    raw: of all who study now; starters: of those who opened a lesson; mature: of those who did at least 30 days ago.
    """
    now = today()
    last = PlatformDay.objects.filter(day__lte=now).order_by("-day").first()
    week = Range(now - timedelta(days=7), now - timedelta(days=1))
    began = Q(furthest_lesson__isnull=False)
    old = began & Q(enrolled_at__lt=Range(now - timedelta(days=MATURE_DAYS), now).starts_at)
    done = Q(completed_at__isnull=False)
    counts = StudentEngagement.objects.aggregate(
        all=Count("pk"), done=Count("pk", filter=done), starters=Count("pk", filter=began),
        starters_done=Count("pk", filter=began & done), mature=Count("pk", filter=old),
        mature_done=Count("pk", filter=old & done),
    )  # fmt: skip
    return {
        "active_users_30": last.mau if last else 0,
        "courses_published": Course.objects.filter(status=Status.PUBLISHED).count(),
        "topics": Topic.objects.filter(deleted_at=None).count(),
        "posts": Post.objects.filter(deleted_at=None, number__gt=1).count(),
        "messages_7_days": Message.objects.filter(
            deleted_at=None, created_at__gte=week.starts_at, created_at__lt=week.ends_at
        ).count(),
        "completion": {
            "raw": percent(counts["done"], counts["all"]),
            "starters": percent(counts["starters_done"], counts["starters"]),
            "mature": percent(counts["mature_done"], counts["mature"]),
        },
    }


def health() -> dict[str, Any]:
    """Return how aggregation is: {"pipeline": the row or None, "runs": the last ten JobRuns with `seconds`}."""
    runs = JobRun.objects.filter(name__in=JOBS).annotate(took=F("finished_at") - F("started_at"))
    pipeline = Pipeline.objects.filter(pk=Pipeline.ID).first()
    return {"pipeline": pipeline, "runs": list(runs.order_by("-started_at")[:10])}
