"""Durations: from the memory of a process into the table."""

import logging
import threading
import time

from django.db import DatabaseError, connection
from django.utils import timezone

from analytics.limits import LATENCY_KEPT
from analytics.models import LatencyBucket
from community_platform.core import timings
from community_platform.core.db import add_all

logger = logging.getLogger(__name__)
FLUSH_SECONDS = 30.0
_started = threading.Lock()


def flush() -> int:
    """Add what this process counted to the table, and return how many durations that were. One statement."""
    counts = timings.drain()
    if not counts:
        return 0
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    rows = [
        {"kind": kind, "hour": hour, "bucket": bucket, "count": count}
        for (kind, bucket), count in sorted(counts.items())
    ]
    try:
        add_all(LatencyBucket, rows, unique=["kind", "hour", "bucket"], sums=["count"])
    except DatabaseError:
        timings.put_back(counts)
        raise
    return sum(counts.values())


def start_flushing() -> None:
    """Flush from now on in a thread of this process, so that no request waits for it. Repeatable."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_flush_forever, name="latency", daemon=True).start()


def _flush_forever() -> None:
    while True:
        time.sleep(FLUSH_SECONDS)
        try:
            flush()
        except DatabaseError as error:
            logger.warning("latency: not stored: %s", error)
        finally:
            connection.close()


def prune() -> int:
    """Delete histograms that nobody looks at any more."""
    return LatencyBucket.objects.filter(hour__lt=timezone.now() - LATENCY_KEPT).delete()[0]
