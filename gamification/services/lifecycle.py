"""What gamification holds about a person, removed; what is given out stands in `gamification.exports`."""

from typing import Any

from django.db import transaction

from gamification.models import (
    Birthday,
    BugReport,
    DailyActivity,
    FreezeGrant,
    GamificationPreference,
    LeaderboardEntry,
    LessonMoment,
    Streak,
    StreakCover,
    UserBadge,
    UserMetric,
)
from gamification.selectors import preferences, streaks

ERASED = (
    DailyActivity, StreakCover, FreezeGrant, Streak, LeaderboardEntry, BugReport, GamificationPreference, Birthday,
    LessonMoment, UserMetric,
)  # fmt: skip


def erase_activity(user: Any) -> None:
    """Remove days, streak, places, choices and what was reported; the ledger stays, as the sums do."""
    for model in ERASED:
        model._default_manager.filter(user=user).delete()
    UserBadge.objects.filter(user=user).update(reason="", revoke_reason="", pin=None)
    transaction.on_commit(lambda: streaks.forget(user.pk))
    transaction.on_commit(lambda: preferences.forget(user.pk))
