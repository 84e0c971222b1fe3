"""Who needs help first, whatever the course."""

from typing import Any

from django.db.models import F

from analytics.models import StudentEngagement
from analytics.selectors.scope import courses_of


def at_risk(user: Any, limit: int) -> list[StudentEngagement]:
    """Return students of the courses that `user` sees who are at risk, the furthest in a course first. One query."""
    rows = StudentEngagement.objects.filter(course__in=courses_of(user), is_at_risk=True)
    rows = rows.select_related("user", "course", "furthest_lesson")
    return list(rows.order_by("-progress_percent", F("last_activity_at").desc(nulls_last=True), "pk")[:limit])
