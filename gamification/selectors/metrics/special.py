"""Streaks, places among the first, bug reports, and the badge for all badges."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, QuerySet

from gamification.models import Badge, BugReport, BugState, SignupRank, Streak, UserBadge
from gamification.selectors.metrics.units import (
    ALWAYS,
    Number,
    People,
    Sql,
    When,
    Window,
    among,
    of,
    rows,
    when,
)

# Days that learning or a freeze covered, in a row: the date less its place. Only learning counts within a run.
_RUNS = """
    SELECT user_id AS who, MIN(date) FROM (
        SELECT user_id, date, counts, SUM(counts) OVER (PARTITION BY user_id, run ORDER BY date) AS n FROM (
            SELECT user_id, date, counts, {day} - ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY date) AS run FROM (
                SELECT user_id, date, MAX(counts) AS counts FROM (
                    SELECT user_id, date, 1 AS counts FROM gamification_dailyactivity WHERE is_qualifying
                    UNION ALL SELECT user_id, date, 0 FROM gamification_streakcover
                ) all_days WHERE TRUE {some} GROUP BY user_id, date
            ) days
        ) runs
    ) counted WHERE n = %s AND counts = 1 GROUP BY user_id
"""


@dataclass(frozen=True, slots=True)
class LongestStreak:
    """The longest run of days, dated by its N-th day."""

    def values(self, people: People, window: Window = ALWAYS) -> dict[int, Number]:
        found = Streak.objects.filter(longest_streak__gt=0, **of(people, "user"))
        return dict(found.values_list("user_id", "longest_streak"))

    def moments(self, people: People, threshold: float, window: Window = ALWAYS) -> dict[int, When]:
        some = among(people, "user_id")
        day = "(date - DATE '2000-01-01')" if connection.vendor == "postgresql" else "julianday(date)"
        text = _RUNS.format(day=day, some=some.text)
        return {who: when(at) for who, at in rows(Sql(text, (*some.params, int(threshold))))}


@dataclass(frozen=True, slots=True)
class Rank:
    """The place among the first members; the smaller the better."""

    def values(self, people: People, window: Window = ALWAYS) -> dict[int, Number]:
        return dict(SignupRank.objects.filter(**of(people, "user")).values_list("user_id", "rank"))

    def moments(self, people: People, threshold: float, window: Window = ALWAYS) -> dict[int, When]:
        ranks = SignupRank.objects.filter(rank__lte=threshold, **of(people, "user"))
        return dict(ranks.values_list("user_id", "assigned_at"))


@dataclass(frozen=True, slots=True)
class BadgesMissing:
    """How many of the badges that everybody can earn are not held, of those who hold any."""

    def values(self, people: People, window: Window = ALWAYS) -> dict[int, Number]:
        total = Badge.objects.filter(is_active=True, counts_for_ultimate=True).count()
        if not total:
            return {}
        held = self._held(people).values("user").order_by().annotate(n=Count("badge", distinct=True))
        return {row["user"]: total - row["n"] for row in held}

    def moments(self, people: People, threshold: float, window: Window = ALWAYS) -> dict[int, When]:
        latest = self._held(people).values("user").order_by().annotate(at=Max("earned_at"))
        return {row["user"]: row["at"] for row in latest}

    def _held(self, people: People) -> QuerySet[UserBadge]:
        return UserBadge.objects.filter(
            revoked_at=None, badge__is_active=True, badge__counts_for_ultimate=True, **of(people, "user")
        )


def bug_reports(people: People, window: Window) -> QuerySet[Any]:
    found = BugReport.objects.filter(state=BugState.CONFIRMED, **of(people, "user"))
    return found.annotate(who=F("user"), at=F("decided_at")).values("who", "at")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A metric whose rows an app above owns: nobody has any until it registers (`metrics.register`)."""

    def values(self, people: People, window: Window = ALWAYS) -> dict[int, Number]:
        return {}

    def moments(self, people: People, threshold: float, window: Window = ALWAYS) -> dict[int, When]:
        return {}
