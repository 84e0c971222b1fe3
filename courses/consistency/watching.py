"""What was credited of videos."""

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet

from community_platform.core.consistency import MAX_REPORTED, Invariant, Violation, alarm, register
from courses.models import WatchSpan

# The length of the union of intervals: a new island begins where a span starts behind the end of all before it.
UNION = """
    WITH marked AS (
        SELECT user_id, lesson_id, from_ms, to_ms, MAX(to_ms) OVER (
            PARTITION BY user_id, lesson_id ORDER BY from_ms, to_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
        FROM courses_watchspan
    ), added AS (
        SELECT user_id, lesson_id, CASE
            WHEN reached IS NULL OR from_ms >= reached THEN to_ms - from_ms
            WHEN to_ms > reached THEN to_ms - reached
            ELSE 0 END AS ms
        FROM marked
    ), united AS (
        SELECT user_id, lesson_id, SUM(ms) AS ms FROM added GROUP BY user_id, lesson_id
    )
    SELECT p.id, p.watched_seconds, CAST(COALESCE(u.ms, 0) AS BIGINT) / 1000
    FROM courses_lessonprogress p LEFT JOIN united u ON u.user_id = p.user_id AND u.lesson_id = p.lesson_id
    WHERE p.watched_seconds <> CAST(COALESCE(u.ms, 0) AS BIGINT) / 1000
    ORDER BY p.id
"""


def _wrong_unions() -> list[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(f"{UNION} LIMIT {MAX_REPORTED}")
        return [Violation(*row) for row in cursor.fetchall()]


def _at_two_places() -> QuerySet[WatchSpan]:
    """Return spans that played while another one of the same person did."""
    other = WatchSpan.objects.filter(
        user=OuterRef("user"), ended_at__gt=OuterRef("begun_at"), begun_at__lt=OuterRef("ended_at")
    ).exclude(pk=OuterRef("pk"))
    return WatchSpan.objects.filter(Exists(other), begun_at__lt=F("ended_at"))


register(
    Invariant(
        "courses.progress.watched", "watched seconds are the union of the spans", "alarm", _wrong_unions
    ),
    alarm("courses.span.once", "one person watches one thing at a time", _at_two_places),
)
