"""Days of activity and the streaks they make, counted from what people did."""

from collections import defaultdict
from datetime import date

from community_platform.demo.seeding import COMMENT, POST, Seeding, insert
from gamification.models import DailyActivity, Streak

LOW = 1023


def make(run: Seeding) -> None:
    """Write one row per person and day, and one streak per person."""
    rows = [
        DailyActivity(
            user_id=user, date=date.fromordinal(day), lessons_completed=packed & LOW,
            posts_created=packed // POST & LOW, comments_posted=packed // COMMENT & LOW,
        )
        for (user, day), packed in sorted(run.days.items())
    ]  # fmt: skip
    insert(rows)
    mine: dict[int, list[int]] = defaultdict(list)
    for user, day in sorted(run.days):
        mine[user].append(day)
    insert(_streak(user, days) for user, days in mine.items())


def _streak(user: int, days: list[int]) -> Streak:
    """Count the days in a row up to the last active one, and the longest such row."""
    current = longest = 0
    before = None
    for day in days:
        current = current + 1 if before is not None and day == before + 1 else 1
        longest = max(longest, current)
        before = day
    return Streak(
        user_id=user, current_streak=current, longest_streak=longest, total_active_days=len(days),
        last_active_date=date.fromordinal(days[-1]),
    )  # fmt: skip
