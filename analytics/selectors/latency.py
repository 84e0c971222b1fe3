"""How fast the school was."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from analytics.models import LatencyBucket
from community_platform.core import timings


def buckets(since: timedelta) -> list[tuple[str, int, int]]:
    """Return (kind, bucket, count) of the hours since then, added up. One query."""
    rows = LatencyBucket.objects.filter(hour__gte=timezone.now() - since)
    return list(rows.values_list("kind", "bucket").annotate(n=Sum("count")).order_by("kind", "bucket"))


def percentile(histogram: dict[int, int], share: float) -> float | None:
    """Return the duration in milliseconds below which `share` (0-1) of them lie; linear inside a bucket.

    None without any. Above the last edge nothing is known, and that edge is the answer.
    """
    total = sum(histogram.values())
    if not total:
        return None
    wanted, seen = share * total, 0
    for bucket in sorted(histogram):
        count = histogram[bucket]
        if seen + count >= wanted:
            if bucket >= len(timings.EDGES_MS):
                return float(timings.EDGES_MS[-1])
            low = timings.EDGES_MS[bucket - 1] if bucket else 0.0
            return round(low + (timings.EDGES_MS[bucket] - low) * (wanted - seen) / count, 2)
        seen += count
    return float(timings.EDGES_MS[-1])


def merged(rows: list[tuple[str, int, int]]) -> dict[str, dict[int, int]]:
    """Add up (kind, bucket, count) of any hours and processes: kind → histogram."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for kind, bucket, count in rows:
        found[kind][bucket] += count
    return {kind: dict(histogram) for kind, histogram in found.items()}
