"""What gamification gives to a person who asks for their data."""

from community_platform.core import lifecycle
from community_platform.core.lifecycle import table
from gamification.models import (
    Birthday,
    BugReport,
    DailyActivity,
    DailyPoints,
    FreezeGrant,
    GamificationPreference,
    LeaderboardEntry,
    LessonMoment,
    PointTransaction,
    SignupRank,
    Streak,
    StreakCover,
    UserBadge,
    UserMetric,
)

_STREAK = (
    "current_streak", "longest_streak", "total_active_days", "last_active_date", "freezes_available", "zone",
    "run_started_on", "broken_length", "broken_on", "repaired_on",
)  # fmt: skip
_DAY = (
    "date", "lessons_completed", "quizzes_completed", "posts_created", "comments_posted", "seconds_spent",
    "points_earned", "is_qualifying",
)  # fmt: skip
_BADGE = ("scope_key", "earned_at", "awarded_at", "pin", "reason", "revoked_at", "revoke_reason")


def register() -> None:
    """Register what is given out."""
    lifecycle.exports(
        table("gamification/days", DailyActivity, "user", _DAY),
        table("gamification/streak", Streak, "user", _STREAK, is_single=True),
        table("gamification/streak_covers", StreakCover, "user", ("date", "kind", "created_at")),
        table("gamification/freezes", FreezeGrant, "user", ("amount", "date", "reason", "created_at")),
        table(
            "gamification/points", PointTransaction, "user",
            ("amount", "bucket", "reason", "is_capped", "title", "url", "occurred_at", "date"),
        ),
        table("gamification/points_of_days", DailyPoints, "user", ("date", "bucket", "points")),
        table(
            "gamification/places", LeaderboardEntry, "user",
            {"board": "leaderboard__board", "period": "leaderboard__period", "score": "score", "rank": "rank"},
        ),
        table("gamification/badges", UserBadge, "user", {"badge": "badge__slug"} | {n: n for n in _BADGE}),
        table("gamification/lesson_times", LessonMoment, "user", {"lesson": "lesson__slug", "at": "at"}),
        table("gamification/birthday", Birthday, "user", ("month", "day", "noted_on"), is_single=True),
        table("gamification/metrics", UserMetric, "user", ("metric", "value", "updated_at")),
        table("gamification/signup_rank", SignupRank, "user", ("rank",), is_single=True),
        table(
            "gamification/bug_reports", BugReport, "user",
            ("title", "description", "page", "state", "answer", "created_at"),
        ),
        table(
            "gamification/preferences", GamificationPreference, "user",
            ("is_on", "in_leaderboards", "has_reminders", "goal__slug", "goal_reached", "goal_told"), is_single=True,
        ),
    )  # fmt: skip
    ledger = "the ledger is never changed: sums of others' boards are made of it; it names the account by number"
    lifecycle.stays(
        {
            **dict.fromkeys(
                (
                    "gamification.PointTransaction.key", "gamification.PointTransaction.reason",
                    "gamification.PointTransaction.title", "gamification.PointTransaction.url",
                    "gamification.PointTransaction.note",
                ),
                ledger,
            ),
            "gamification.PointTransaction.actor": ledger,
            "gamification.PointBudget.action": "the name of an action, kept for some days",
            "gamification.UserBadge.scope_key": "the name of an event of the school",
            "gamification.UserBadge.granted_by": "a badge of another person",
            "gamification.UserBadge.revoked_by": "a badge of another person",
            "gamification.FreezeGrant.given_by": "freezes of another person",
            "gamification.BugReport.decided_by": "a report of another person",
        }
    )
    lifecycle.withheld(
        {
            "gamification.BugReport.decided_by": "the work of the school on reports of others",
            "gamification.FreezeGrant.given_by": "freezes of somebody else",
            "gamification.PointBudget.user": "how much of a limit is used up; gamification/points has what was paid",
            "gamification.PointTransaction.actor": "a correction of somebody else's points",
            "gamification.UserBadge.granted_by": "a badge of somebody else",
            "gamification.UserBadge.revoked_by": "a badge of somebody else",
        }
    )
