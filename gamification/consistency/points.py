"""Every sum is that of the ledger; every holder is counted; whoever has a badge was paid for it."""

from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from community_platform.core.consistency import (
    MAX_REPORTED,
    Invariant,
    Violation,
    alarm,
    count_of,
    counter,
    register,
)
from gamification.catalogue.levels import level_of
from gamification.models import Badge, DailyActivity, DailyPoints, PointTransaction, UserBadge
from profiles.models import Profile


def _sum(link: str, *columns: str) -> Coalesce:
    """Return the sum of the ledger rows of the person at `link` that share `columns` with the outer row."""
    same = {column: OuterRef(own) for column, own in (column.split("=") for column in columns)}
    rows = PointTransaction.objects.filter(user=OuterRef(link), **same).order_by().values("user")
    return Coalesce(Subquery(rows.annotate(_n=Sum("amount")).values("_n")), Value(0))


def _levels_off() -> QuerySet[Profile]:
    """Return whose level is not that of their points: level L begins at 50·L·(L−1), and nobody is below 1."""
    level = F("level")
    right = Q(total_points__gte=50 * level * (level - 1)) & Q(total_points__lt=50 * level * (level + 1))
    lowest = Q(level=1, total_points__lt=100)
    return Profile.objects.filter(~(right | lowest)).order_by("pk")


def _wrong_levels() -> list[Violation]:
    rows = _levels_off().values_list("pk", "level", "total_points")[:MAX_REPORTED]
    return [Violation(pk, level, level_of(points)) for pk, level, points in rows]


def _mend_levels() -> int:
    mended = 0
    with transaction.atomic():
        for profile in _levels_off().select_for_update(of=("self",), no_key=True):
            mended += Profile.objects.filter(pk=profile.pk).update(level=level_of(profile.total_points))
    return mended


def _without_days() -> list[Violation]:
    """Days of the ledger whose sum has no row."""
    kept = DailyPoints.objects.filter(user=OuterRef("user"), date=OuterRef("date"), bucket=OuterRef("bucket"))
    rows = PointTransaction.objects.filter(~Exists(kept)).exclude(amount=0).order_by("pk")
    return [Violation(row.pk, None, row.amount) for row in rows[:MAX_REPORTED]]


def _mend_days() -> int:
    found = _without_days()
    for violation in found:
        row = PointTransaction.objects.get(pk=violation.pk)
        DailyPoints.objects.get_or_create(user_id=row.user_id, date=row.date, bucket=row.bucket)
    return len(found)


def _unpaid() -> QuerySet[Any]:
    """Return awards without their row in the ledger."""
    parts = (F("badge__slug"), Value(":"), F("scope_key"), Value(":"), Cast(F("user"), CharField()))
    rows = UserBadge.objects.annotate(_key=Concat(Value("badge:"), *parts, output_field=CharField()))
    return rows.filter(~Exists(PointTransaction.objects.filter(key=OuterRef("_key"))))


register(
    counter("gamification.points.total", "points of a person", Profile, "total_points", _sum("pk")),
    Invariant("gamification.points.level", "level of a total", "counter", _wrong_levels, _mend_levels),
    Invariant("gamification.points.days", "days of the ledger have a sum", "counter", _without_days, _mend_days),
    counter(
        "gamification.points.day", "points of a day and bucket", DailyPoints, "points",
        _sum("user", "date=date", "bucket=bucket"),
    ),
    counter(
        "gamification.points.local", "points of a person's own day", DailyActivity, "points_earned",
        _sum("user", "local_date=date"),
    ),
    alarm(
        "gamification.points.reversal", "a reversal takes exactly what was paid",
        lambda: PointTransaction.objects.filter(reverses__isnull=False).filter(
            ~Q(amount=-1 * F("reverses__amount")) | ~Q(user=F("reverses__user")) | ~Q(date=F("reverses__date"))
        ),
        stored="amount",
    ),
    counter(
        "gamification.badges.holders", "who holds a badge", Badge, "holders_count",
        count_of(UserBadge.objects.filter(revoked_at=None), "badge"),
    ),
    alarm("gamification.badges.paid", "an award has its row in the ledger", _unpaid, stored="badge_id"),
)  # fmt: skip

