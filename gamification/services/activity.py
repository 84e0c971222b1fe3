"""A person did something: the day counts, and with it the streak."""

import hashlib
import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from community_platform.core import realtime
from community_platform.core.db import insert_once
from community_platform.core.models import IdempotencyKey
from gamification.models import DailyActivity, Streak
from gamification.selectors import keep, local_date, zone_of
from profiles.models import User

TOLERANCE = timedelta(hours=48)  # what comes later earns no streak day (CONTRACT §4)
ONE_DAY = timedelta(days=1)


def record_activity(
    *,
    user_id: int,
    at: datetime,
    lessons: int = 0,
    posts: int = 0,
    comments: int = 0,
    cause: uuid.UUID | None = None,
    now: datetime | None = None,
) -> None:
    """Count what `user_id` did at `at` on that date of their own zone, and settle the streak.

    The same `cause` (the uid of an event) counts once. Facts may arrive in any order within 48 hours; older ones
    count nothing. Parallel calls for one person wait for each other on the row of the streak.
    Publishes `streak:updated` on the person's channel on the first activity of a day.
    """
    now = now or timezone.now()
    zone = User.objects.filter(pk=user_id, is_active=True).values_list("timezone", flat=True).first()
    if zone is None or at < now - TOLERANCE:
        return
    day = local_date(min(at, now), zone_of(zone))
    with transaction.atomic():
        insert_once(Streak, user_id=user_id)
        streak = Streak.objects.select_for_update(no_key=True).get(user_id=user_id)
        if cause is not None and not _first_time(user_id, cause):
            return
        is_new = insert_once(DailyActivity, user_id=user_id, date=day)
        DailyActivity.objects.filter(user_id=user_id, date=day).update(
            lessons_completed=F("lessons_completed") + lessons,
            posts_created=F("posts_created") + posts,
            comments_posted=F("comments_posted") + comments,
        )
        if is_new:
            _settle(streak, day)
            _tell(streak)
            transaction.on_commit(lambda: keep(streak))


def _first_time(user_id: int, cause: uuid.UUID) -> bool:
    """Note the cause beside the other keys of repeated requests; kept a day, as those are."""
    scope = hashlib.sha256(f"activity:{user_id}:{cause}".encode()).hexdigest()
    return insert_once(IdempotencyKey, user_id=user_id, scope=scope, fingerprint="", headers={})


def _settle(streak: Streak, day: date) -> None:
    """Add a day that was not there. A day before the last one may join two runs, so all days are read again."""
    last = streak.last_active_date
    if last is not None and day < last:
        days = DailyActivity.objects.filter(user_id=streak.user_id).order_by("date")
        streak.current_streak, longest = runs(list(days.values_list("date", flat=True)))
    else:
        streak.current_streak = streak.current_streak + 1 if last == day - ONE_DAY else 1
        streak.last_active_date = day
        longest = streak.current_streak
    streak.longest_streak = max(streak.longest_streak, longest)
    streak.total_active_days += 1
    streak.save()


def runs(days: list[date]) -> tuple[int, int]:
    """Return the length of the run that ends with the last of the sorted `days`, and of the longest run."""
    current = longest = 0
    before: date | None = None
    for day in days:
        current = current + 1 if before == day - ONE_DAY else 1
        longest, before = max(longest, current), day
    return current, longest


def _tell(streak: Streak) -> None:
    realtime.publish(
        channel=realtime.user_channel(streak.user_id),
        type="streak:updated",
        data={
            "current_streak": streak.current_streak,
            "longest_streak": streak.longest_streak,
            "streak_freezes_available": 0,
            "state": "active",
            "milestone": None,
        },
    )
