from gamification.models.badges import (
    Badge,
    BadgeScope,
    BugReport,
    BugState,
    Holiday,
    Rarity,
    SeasonalEvent,
    SignupRank,
    UserBadge,
    UserMetric,
)
from gamification.models.boards import Leaderboard, LeaderboardEntry, Period
from gamification.models.ledger import ActionPoints, Bucket, DailyPoints, PointBudget, PointTransaction
from gamification.models.moments import Birthday, LessonMoment
from gamification.models.preferences import GamificationPreference, GamificationSwitch
from gamification.models.streaks import CoverKind, DailyActivity, FreezeGrant, Streak, StreakCover

__all__ = [
    "ActionPoints", "Badge", "BadgeScope", "Birthday", "Bucket", "BugReport", "BugState", "CoverKind", "DailyActivity",
    "DailyPoints", "FreezeGrant", "GamificationPreference", "GamificationSwitch", "Holiday", "Leaderboard",
    "LeaderboardEntry", "LessonMoment", "Period", "PointBudget", "PointTransaction", "Rarity", "SeasonalEvent",
    "SignupRank", "Streak", "StreakCover", "UserBadge", "UserMetric",
]  # fmt: skip
