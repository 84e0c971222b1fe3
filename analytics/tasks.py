"""Scheduled work of analytics. Each run leaves a JobRun."""

from celery import shared_task

from analytics.services import aggregation
from community_platform.core.tasks import recorded


@shared_task
@recorded("aggregate_today")
def aggregate_today() -> int:
    """Count what changed since the last run: today so far, and whatever came late."""
    return aggregation.aggregate().rows


@shared_task
@recorded("aggregate_night")
def aggregate_night() -> int:
    """Let scores and estimates of all courses grow a day older, then look at some old days again."""
    done = aggregation.aggregate(nightly=True)
    if aggregation.verify():
        done.rows += aggregation.aggregate().rows
    return done.rows
