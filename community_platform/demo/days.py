"""Days of activity and the streaks they make, counted from what people did by the rules of the site."""

from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

from community_platform.demo.school import MISSED, STREAKS
from community_platform.demo.seeding import COMMENT, POST, Seeding, insert
from gamification.catalogue.streaks import REWARDS
from gamification.models import Bucket, CoverKind, DailyActivity, FreezeGrant, Streak, StreakCover
from gamification.selectors import settling
from gamification.services import ledger

LOW = 1023
A_LESSON = 900  # seconds that a lesson takes, more or less
A_DAY = timedelta(days=1)


def make(run: Seeding) -> None:
    """Write one row per person and day, one streak per person with its freezes, and what streaks have earned."""
    keen = {run.people[name].pk for name in STREAKS}
    rows = [_day(run, user, day, packed, keen) for (user, day), packed in sorted(run.days.items())]
    insert(rows)
    lessons: dict[int, dict[date, int]] = defaultdict(dict)
    for row in rows:
        if row.is_qualifying:
            lessons[row.user_id][row.date] = row.lessons_completed
    past = {user: _history(run, user, days) for user, days in lessons.items()}
    insert(_streak(run, user, history) for user, history in past.items())
    insert(
        StreakCover(user_id=user, date=day, kind=kind)
        for user, history in past.items()
        for kind, dates in ((CoverKind.AUTO, history.frozen), (CoverKind.REPAIR, history.repaired))
        for day in dates
    )
    insert(
        FreezeGrant(user_id=user, amount=amount, key=f"streak:{user}:{started}:{days}", date=on)
        for user, history in past.items()
        for started, days, amount, on in history.grants
    )
    ledger.pay_many([payment for user, history in past.items() for payment in _rewards(run, user, history)])


def _day(run: Seeding, user: int, day: int, packed: int, keen: set[int]) -> DailyActivity:
    """Who keeps a streak learned a little also on days on which they only wrote, but for those they missed."""
    lessons, ago = packed & LOW, run.now.astimezone(run.zones[user]).toordinal() - day
    seconds = lessons * A_LESSON or (A_LESSON if user in keen and ago not in MISSED else 0)
    return DailyActivity(
        user_id=user, date=date.fromordinal(day), lessons_completed=lessons, seconds_spent=seconds,
        posts_created=packed // POST & LOW, comments_posted=packed // COMMENT & LOW, is_qualifying=seconds > 0,
    )  # fmt: skip


def _history(run: Seeding, user: int, days: dict[date, int]) -> settling.History:
    return settling.replay(days, until=run.now.astimezone(run.zones[user]).date() - A_DAY)


def _streak(run: Seeding, user: int, history: settling.History) -> Streak:
    last = history.run.last_active_date or run.now.date()
    active = datetime.combine(last, time(12), run.zones[user]).astimezone(UTC)
    return Streak(
        user_id=user, zone=run.zones[user].key, last_active_at=min(active, run.now), **asdict(history.run)
    )


def _rewards(run: Seeding, user: int, history: settling.History) -> list[ledger.Payment]:
    points = {reward.days: reward.points for reward in REWARDS}
    return [
        ledger.Payment(
            user_id=user, amount=points[days], bucket=Bucket.STREAK, reason="streak_reward", key=f"streak:{user}:{days}",
            occurred_at=min(datetime.combine(on, time(12), UTC), run.now), title=str(days), url="/streak/",
        )
        for days, on in history.rewards
    ]  # fmt: skip
