"""What gamification holds about a person: given out, and removed."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from gamification.models import DailyActivity, Streak
from gamification.selectors import forget


def export_activity(user: Any) -> Iterator[tuple[str, Any]]:
    """Yield (file name, JSON-able data)."""
    days = DailyActivity.objects.filter(user=user).order_by("date")
    yield (
        "days.json",
        [
            {
                "date": day.date.isoformat(),
                "lessons_completed": day.lessons_completed,
                "posts_created": day.posts_created,
                "comments_posted": day.comments_posted,
            }
            for day in days
        ],
    )
    streak = Streak.objects.filter(user=user).first()
    if streak is not None:
        last = streak.last_active_date
        yield (
            "streak.json",
            {
                "current_streak": streak.current_streak,
                "longest_streak": streak.longest_streak,
                "total_active_days": streak.total_active_days,
                "last_active_date": last.isoformat() if last else None,
            },
        )


def erase_activity(user: Any) -> None:
    """Remove days and streak."""
    DailyActivity.objects.filter(user=user).delete()
    Streak.objects.filter(user=user).delete()
    transaction.on_commit(lambda: forget(user.pk))
