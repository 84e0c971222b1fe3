"""Scheduled housekeeping of the kernel. Each run leaves a JobRun."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from community_platform.core.models import ChannelEvent, IdempotencyKey, JobRun, SocketTicket
from community_platform.core.realtime.limits import LOG_DAYS

BATCH = 5_000
BEAT_KEY = "beat-alive"
BEAT_KEPT_SECONDS = 3600


def recorded(name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Note each run of a job that returns how many rows it changed: when, how long, how much, what failed."""

    def decorate(job: Callable[[], int]) -> Callable[[], int]:
        @wraps(job)
        def run() -> int:
            row = JobRun.objects.create(name=name)
            try:
                row.rows = job()
            except Exception as error:
                row.error = f"{type(error).__name__}: {error}"
                raise
            finally:
                row.finished_at = timezone.now()
                row.save(update_fields=["rows", "error", "finished_at"])
            return row.rows

        return run

    return decorate


@shared_task
@recorded("prune_realtime_log")
def prune_realtime_log() -> int:
    """Delete events older than 30 days, expired tickets and old job notes. Heads stay: numbers are never reused."""
    now = timezone.now()
    SocketTicket.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    JobRun.objects.filter(started_at__lt=now - timedelta(days=LOG_DAYS)).delete()
    return _delete_in_batches(ChannelEvent.objects.filter(created_at__lt=now - timedelta(days=LOG_DAYS)))


@shared_task
@recorded("prune_idempotency_keys")
def prune_idempotency_keys() -> int:
    """Delete the kept answers of repeated requests after 24 hours."""
    return _delete_in_batches(
        IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(hours=24))
    )


@shared_task
def beat_alive() -> None:
    """Note that beat and a worker run, for /health/ready. One row, rewritten, and the cache."""
    now = timezone.now()
    cache.set(BEAT_KEY, now.timestamp(), timeout=BEAT_KEPT_SECONDS)
    if not JobRun.objects.filter(name=BEAT_KEY).update(started_at=now, finished_at=now):
        JobRun.objects.create(name=BEAT_KEY, started_at=now, finished_at=now)


def _delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete `rows` a few thousand at a time, so that no lock is held for long, and return how many there were."""
    deleted = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return deleted
