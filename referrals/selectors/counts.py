"""How many friends count."""

from typing import Any

from django.db.models import F, QuerySet

from gamification.selectors.metrics.units import People, Window, of
from referrals.models import Basis, Referral


def counting(user_id: int, basis: str) -> int:
    """Return how many friends of a person count for the ladder."""
    rows = Referral.objects.joined() if basis == Basis.REGISTERED else Referral.objects.rewarded()
    return rows.filter(referrer=user_id).count()


def joined(people: People, window: Window) -> QuerySet[Any]:
    """Units of the metric referrals_joined."""
    rows = Referral.objects.joined().filter(**of(people, "referrer"))
    return rows.annotate(who=F("referrer"), at=F("joined_at")).values("who", "at")


def completed(people: People, window: Window) -> QuerySet[Any]:
    """Units of the metric referrals_completed: those that nobody doubts."""
    rows = Referral.objects.rewarded().filter(**of(people, "referrer"))
    return rows.annotate(who=F("referrer"), at=F("rewarded_at")).values("who", "at")
