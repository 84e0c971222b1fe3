"""What must hold between days and streaks."""

from django.db import connection
from django.db.models import Count, F, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from community_platform.core.consistency import (
    MAX_REPORTED,
    Differs,
    Invariant,
    Violation,
    alarm,
    counter,
    register,
)
from gamification.models import DailyActivity, Streak


def _last_day() -> Subquery:
    rows = DailyActivity.objects.filter(user=OuterRef("user")).order_by().values("user")
    return Subquery(rows.annotate(_last=Max("date")).values("_last"))


def _number_of_days() -> Coalesce:
    rows = DailyActivity.objects.filter(user=OuterRef("user")).order_by().values("user")
    return Coalesce(Subquery(rows.annotate(_n=Count("pk")).values("_n")), Value(0))


# Days in a row share the day before their first one: the date less its place among the person's days.
_RUNS = """
    SELECT s.id, s.current_streak, s.longest_streak, COALESCE(r.current, 0), COALESCE(r.longest, 0)
    FROM gamification_streak s
    LEFT JOIN (
        SELECT user_id, MAX(length) AS longest, MAX(CASE WHEN is_last = 1 THEN length END) AS current
        FROM (
            SELECT user_id, COUNT(*) AS length,
                   ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY MAX(date) DESC) AS is_last
            FROM (
                SELECT user_id, date,
                       {day} - ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY date) AS run
                FROM gamification_dailyactivity
            ) days
            GROUP BY user_id, run
        ) runs
        GROUP BY user_id
    ) r ON r.user_id = s.user_id
    WHERE s.current_streak <> COALESCE(r.current, 0) OR s.longest_streak <> COALESCE(r.longest, 0)
    ORDER BY s.id LIMIT %s
"""


def _wrong_runs() -> list[Violation]:
    day = "(date - DATE '2000-01-01')" if connection.vendor == "postgresql" else "julianday(date)"
    with connection.cursor() as cursor:
        cursor.execute(_RUNS.format(day=day), [MAX_REPORTED])
        return [
            Violation(pk, stored=(current, longest), actual=(true_current, true_longest))
            for pk, current, longest, true_current, true_longest in cursor.fetchall()
        ]


register(
    Invariant("gamification.streak.runs", "current and longest run of days", "alarm", _wrong_runs),
    counter(
        "gamification.streak.days",
        "active days of a person",
        Streak,
        "total_active_days",
        _number_of_days(),
    ),
    alarm(
        "gamification.streak.last",
        "the last active date is the newest day",
        lambda: Streak.objects.annotate(_last=_last_day()).filter(Differs(F("last_active_date"), F("_last"))),
        stored="last_active_date",
        actual="_last",
    ),
)
