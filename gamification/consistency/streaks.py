"""What must hold between days, covers, freezes and streaks."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from community_platform.core.consistency import (
    MAX_REPORTED,
    Invariant,
    Violation,
    alarm,
    counter,
    register,
)
from gamification.catalogue.streaks import FREEZE_CAP, QUALIFYING_SECONDS
from gamification.models import CoverKind, DailyActivity, FreezeGrant, Streak, StreakCover


def _last_day() -> Subquery:
    rows = DailyActivity.objects.filter(user=OuterRef("user"), is_qualifying=True).order_by().values("user")
    return Subquery(rows.annotate(_last=Max("date")).values("_last"))


def _number_of_days() -> Coalesce:
    rows = DailyActivity.objects.filter(user=OuterRef("user"), is_qualifying=True).order_by().values("user")
    return Coalesce(Subquery(rows.annotate(_n=Count("pk")).values("_n")), Value(0))


def _freezes_left() -> CombinedExpression:
    came = FreezeGrant.objects.filter(user=OuterRef("user")).order_by().values("user")
    went = StreakCover.objects.filter(user=OuterRef("user"), kind=CoverKind.AUTO).order_by().values("user")
    return Coalesce(Subquery(came.annotate(_n=Sum("amount")).values("_n")), Value(0)) - Coalesce(
        Subquery(went.annotate(_n=Count("pk")).values("_n")), Value(0)
    )


_LEARNED = (
    Q(lessons_completed__gte=1) | Q(quizzes_completed__gte=1) | Q(seconds_spent__gte=QUALIFYING_SECONDS)
)

# Days in a row, active or covered, share a number: the date less its place among the person's days. Only active days
# count. The last run is the current one, unless it was written down that a day after it was missed.
_RUNS = """
    SELECT s.id, s.current_streak, s.longest_streak,
           CASE WHEN s.current_streak = 0 AND s.broken_on = {next} THEN 0 ELSE COALESCE(r.current, 0) END,
           COALESCE(r.longest, 0), s.covered_date, r.covered
    FROM gamification_streak s
    LEFT JOIN (
        SELECT user_id, MAX(length) AS longest, MAX(CASE WHEN is_last = 1 THEN length END) AS current,
               MAX(covered) AS covered
        FROM (
            SELECT user_id, SUM(is_active) AS length, MAX(date) AS covered,
                   ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY MAX(date) DESC) AS is_last
            FROM (
                SELECT user_id, date, is_active,
                       {day} - ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY date) AS run
                FROM (
                    SELECT user_id, date, MAX(is_active) AS is_active
                    FROM (
                        SELECT user_id, date, 1 AS is_active FROM gamification_dailyactivity WHERE is_qualifying
                        UNION ALL
                        SELECT user_id, date, 0 FROM gamification_streakcover
                    ) facts
                    GROUP BY user_id, date
                ) days
            ) numbered
            GROUP BY user_id, run
        ) runs
        GROUP BY user_id
    ) r ON r.user_id = s.user_id
"""


def _wrong_runs() -> list[Violation]:
    if connection.vendor == "postgresql":
        words = {"next": "s.covered_date + 1", "day": "(date - DATE '2000-01-01')", "never": "DATE '1900-01-01'"}
    else:
        words = {"next": "date(s.covered_date, '+1 day')", "day": "julianday(date)", "never": "'1900-01-01'"}
    names = "id, current_streak, longest_streak, true_current, true_longest, covered_date, true_covered"
    runs = _RUNS.format(**words)
    query = f"WITH found ({names}) AS ({runs}) SELECT {names} FROM found"  # noqa: S608 - our own words
    where = (
        " WHERE current_streak <> true_current OR longest_streak <> true_longest"
        f" OR COALESCE(covered_date, {words['never']}) <> COALESCE(true_covered, {words['never']})"
        " ORDER BY id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query + where, [MAX_REPORTED])
        return [
            Violation(pk, stored=(current, longest, covered), actual=(true_current, true_longest, true_covered))
            for pk, current, longest, true_current, true_longest, covered, true_covered in cursor.fetchall()
        ]


def _mend_runs() -> int:
    """Count the runs anew under the lock of their rows; a writer that held one has committed its days, too."""
    mended = 0
    with transaction.atomic():
        found = [violation.pk for violation in _wrong_runs()]
        list(Streak.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk").values_list("pk"))
        for violation in _wrong_runs():
            current, longest, covered = violation.actual
            row = Streak.objects.filter(pk=violation.pk, pk__in=found)
            mended += row.update(current_streak=current, longest_streak=longest, covered_date=covered)
    return mended


def _wrong_freezes() -> QuerySet[Any]:
    return Streak.objects.annotate(_left=_freezes_left()).exclude(freezes_available=F("_left")).order_by("pk")


def _read_freezes() -> list[Violation]:
    rows = _wrong_freezes().values_list("pk", "freezes_available", "_left")[:MAX_REPORTED]
    return [Violation(*values) for values in rows]


def _mend_freezes() -> int:
    """Write what the grants and covers leave, where that is a number that can be: else the rows are for people."""
    with transaction.atomic():
        possible = _wrong_freezes().filter(_left__range=(0, FREEZE_CAP)).values_list("pk", flat=True)
        keys = list(possible[:MAX_REPORTED])
        rows = Streak.objects.filter(pk__in=keys)
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        return rows.update(freezes_available=_freezes_left())


register(
    Invariant("gamification.streak.runs", "current and longest run of days", "counter", _wrong_runs, _mend_runs),
    counter(
        "gamification.streak.days",
        "qualifying days of a person",
        Streak,
        "total_active_days",
        _number_of_days(),
    ),
    counter(
        "gamification.streak.last",
        "the last active date is the newest qualifying day",
        Streak,
        "last_active_date",
        _last_day(),
    ),
    Invariant(
        "gamification.streak.freezes",
        "freezes are those that came in less those that cover a day",
        "counter",
        _read_freezes,
        _mend_freezes,
    ),
    alarm(
        "gamification.day.qualifying",
        "a day qualifies by a lesson, a quiz or ten minutes",
        lambda: DailyActivity.objects.filter(Q(_LEARNED, is_qualifying=False) | Q(~_LEARNED, is_qualifying=True)),
        stored="is_qualifying",
    ),
)
