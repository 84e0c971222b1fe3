"""How long things took, counted in fixed buckets: adding buckets of many processes and hours gives a true histogram.

Percentiles of percentiles mean nothing; the sum of two histograms does. A process counts in memory and somebody above
takes the counts from time to time (`drain`). One `record` costs well under a microsecond.
"""

import threading
from bisect import bisect_left
from collections import Counter

# Upper edges in milliseconds; the last bucket holds everything above. The targets of the school (50, 100, 200, 2000)
# are edges, so "how many were within" is exact.
EDGES_MS = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 10_000,
)  # fmt: skip

_counts: Counter[tuple[str, int]] = Counter()
_lock = threading.Lock()


def record(kind: str, seconds: float) -> None:
    """Count one duration of `kind` (page, api, query, socket)."""
    bucket = bisect_left(EDGES_MS, seconds * 1000)
    with _lock:
        _counts[kind, bucket] += 1


def drain() -> dict[tuple[str, int], int]:
    """Return what was counted since the last call, as (kind, bucket) → count, and begin anew."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    return taken


def put_back(counts: dict[tuple[str, int], int]) -> None:
    """Take back counts that could not be stored."""
    with _lock:
        _counts.update(counts)
