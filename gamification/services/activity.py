"""A person did something: the day counts it, and learning counts for the streak."""

import hashlib
import uuid
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from community_platform.core.db import insert_once
from community_platform.core.models import IdempotencyKey
from gamification.catalogue.streaks import TOLERANCE
from gamification.models import DailyActivity, Streak
from gamification.selectors.days import local_date, zone_of
from gamification.services import ledger, streaks
from profiles.models import User


def record_activity(
    *,
    user_id: int,
    at: datetime,
    lessons: int = 0,
    quizzes: int = 0,
    seconds: int = 0,
    posts: int = 0,
    comments: int = 0,
    cause: uuid.UUID | None = None,
    now: datetime | None = None,
) -> None:
    """Count what `user_id` did at `at` on that date of their own zone, and let learning count for the streak.

    The same `cause` (the uid of an event) counts once. Facts may arrive in any order within 48 hours; older ones
    count nothing. Parallel calls for one person wait for each other on the row of the streak.
    Publishes: StreakUpdated when a day begins to qualify or two runs are joined.
    """
    now = now or timezone.now()
    zone = User.objects.filter(pk=user_id, is_active=True).values_list("timezone", flat=True).first()
    if zone is None or at < now - TOLERANCE:
        return
    at = min(at, now)
    learned = {"lessons_completed": lessons, "quizzes_completed": quizzes, "seconds_spent": seconds}
    wrote = {"posts_created": posts, "comments_posted": comments}
    with transaction.atomic():
        if not any(learned.values()):
            if _first_time(user_id, cause):
                _add(user_id, local_date(at, zone_of(zone)), wrote)
            return
        ledger.lock_people(user_id)
        insert_once(Streak, user_id=user_id, zone=zone)
        streak = Streak.objects.select_for_update(no_key=True).get(user_id=user_id)
        if not _first_time(user_id, cause):
            return
        day = streaks.day_of(streak, zone=zone, at=at, now=now)
        lessons_before = _add(user_id, day, learned | wrote)
        streaks.count_learning(streak, day=day, lessons_before=lessons_before, at=at, now=now)


def _add(user_id: int, day: date, amounts: dict[str, int]) -> int:
    """Add to the numbers of the day and return its lessons as they were."""
    insert_once(DailyActivity, user_id=user_id, date=day)
    rows = DailyActivity.objects.filter(user_id=user_id, date=day)
    lessons: int = rows.values_list("lessons_completed", flat=True).get()
    rows.update(**{name: F(name) + amount for name, amount in amounts.items() if amount})
    return lessons


def _first_time(user_id: int, cause: uuid.UUID | None) -> bool:
    """Note the cause beside the other keys of repeated requests; kept a day, as those are."""
    if cause is None:
        return True
    scope = hashlib.sha256(f"activity:{user_id}:{cause}".encode()).hexdigest()
    return insert_once(IdempotencyKey, user_id=user_id, scope=scope, fingerprint="", headers={})
