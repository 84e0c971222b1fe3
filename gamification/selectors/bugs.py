"""Reads about bug reports."""

from typing import Any

from django.db.models import QuerySet

from gamification.models import BugReport, BugState


def reports_of(user: Any) -> QuerySet[BugReport]:
    """Return what `user` reported, the newest first."""
    return BugReport.objects.visible_to(user).filter(user_id=user.pk).order_by("-pk")


def queue(viewer: Any, state: str = BugState.NEW) -> QuerySet[BugReport]:
    """Return the reports of all people in `state`, for those who decide; the oldest undecided first."""
    rows = BugReport.objects.visible_to(viewer).filter(state=state).select_related("user", "decided_by")
    return rows.order_by("pk" if state == BugState.NEW else "-pk")
