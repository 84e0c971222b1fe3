"""What becomes of rows of gamification when two accounts become one."""

from community_platform.core import merging
from community_platform.core.merging import custom, leave, move, move_unique
from gamification.services import joining


def register() -> None:
    """Register what becomes of the rows."""
    merging.rules(
        custom(
            joining.join_days, "gamification.DailyActivity.user", "gamification.Streak.user",
            "gamification.StreakCover.user", "gamification.FreezeGrant.user",
        ),
        custom(joining.join_badges, "gamification.UserBadge.user"),
        custom(
            joining.join_points, "gamification.PointTransaction.user", "gamification.DailyPoints.user",
            reason="the ledger is append-only, and days are its sums; the total is paid over by a row for each account",
        ),
        move_unique("gamification.LessonMoment.user", same=("lesson_id",)),
        move(
            "gamification.BugReport.user", "gamification.BugReport.decided_by", "gamification.UserBadge.granted_by",
            "gamification.UserBadge.revoked_by", "gamification.FreezeGrant.given_by",
        ),
        leave(
            "gamification.PointTransaction.actor", reason="the ledger is append-only",
        ),
        leave(
            "gamification.PointBudget.user", "gamification.UserMetric.user", "gamification.LeaderboardEntry.user",
            reason="derived, and made anew for the account that stays",
        ),
        leave("gamification.SignupRank.user", reason="given once and never moved"),
        leave(
            "gamification.GamificationPreference.user", "gamification.Birthday.user",
            reason="what the account that stays chose or told wins; erasing removes the other",
        ),
    )  # fmt: skip
