"""Two accounts of one person become one: days, points and badges are joined.

Parts of merging accounts (`profiles.services.merge`), which holds both accounts. The ledger is never changed: what the
account that goes had is paid out of it and into the other, one row each.
"""

from typing import Any

from django.db.models import F
from django.utils import timezone

from gamification.models import Badge, Bucket, DailyActivity, FreezeGrant, Streak, StreakCover, UserBadge
from gamification.services.ledger import pay
from gamification.services.streaks import recount
from profiles.models import Profile

SUMS = ("lessons_completed", "quizzes_completed", "posts_created", "comments_posted", "seconds_spent")
REASON = "accounts_merged"


def join_points(keep: Any, absorb: Any) -> int:
    """Pay what one account has to the other."""
    total = Profile.objects.values_list("total_points", flat=True).get(pk=absorb.pk)
    if not total:
        return 0
    now, cause = timezone.now(), f"merged:{absorb.pk}:{keep.pk}"
    facts: dict[str, Any] = {"bucket": Bucket.STAFF, "reason": REASON, "occurred_at": now}
    paid = pay(user_id=keep.pk, amount=total, key=f"{cause}:in", **facts)
    return int(pay(user_id=absorb.pk, amount=-total, key=f"{cause}:out", **facts)) + int(paid)


def join_days(keep: Any, absorb: Any) -> int:
    """Join days, and count the streak anew from all of them; its covers and freezes follow from the days.

    Points of a day stay where the ledger has them.
    """
    rows = list(DailyActivity.objects.filter(user=absorb).order_by("date"))
    gone = DailyActivity.objects.filter(user=absorb)
    mine = {row.date: row for row in DailyActivity.objects.filter(user=keep)} if rows else {}
    for row in rows:
        kept = mine.get(row.date) or DailyActivity(user=keep, date=row.date)
        for name in SUMS:
            setattr(kept, name, getattr(kept, name) + getattr(row, name))
        kept.is_qualifying = kept.is_qualifying or row.is_qualifying
        kept.save()
    gone.delete()
    for model in (StreakCover, FreezeGrant, Streak):
        model._default_manager.filter(user=absorb).delete()
    if rows:
        Streak.objects.get_or_create(user=keep, defaults={"zone": keep.timezone})
        recount(user_id=keep.pk)
    return len(rows)


def join_badges(keep: Any, absorb: Any) -> int:
    """Move badges; one that both hold is held once. What was pinned is pinned anew."""
    rows = list(UserBadge.objects.filter(user=absorb).order_by("pk"))
    mine = set(UserBadge.objects.filter(user=keep).values_list("badge", "scope_key")) if rows else set()
    for row in rows:
        if (row.badge_id, row.scope_key) not in mine:
            UserBadge.objects.filter(pk=row.pk).update(user=keep, pin=None)
            continue
        held = row.revoked_at is None
        row.delete()
        if held:
            Badge.objects.filter(pk=row.badge_id).update(holders_count=F("holders_count") - 1)
    return len(rows)
