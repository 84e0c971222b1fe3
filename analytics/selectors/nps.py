"""The survey: who is asked, and what they said."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone

from analytics.limits import NPS_ACTIVE_DAYS, NPS_MINIMUM, NPS_REST, NPS_WINDOW
from analytics.models import NpsResponse
from courses.models import QuizAttempt
from gamification.models import Streak

NOT_DUE_SECONDS = 3600  # how long "do not ask" is remembered


@dataclass(frozen=True, slots=True)
class Nps:
    """What members said: the newest score of each. Both readings are None below NPS_MINIMUM answers.

    `score` is -100..100 (promoters 9-10 less detractors 0-6), `margin` its 95 % margin, `mean` the mean answer 0-10.
    """

    asked: int
    answered: int
    promoters: int
    passives: int
    detractors: int
    score: float | None
    margin: float | None
    mean: float | None


def is_due(user: Any) -> bool:
    """Tell whether to ask `user` now: an old hand, not asked for a while, not in a quiz. Three queries."""
    if not may_be_due(user):
        return False
    if asked_lately(user) or not Streak.objects.filter(user=user, total_active_days__gte=NPS_ACTIVE_DAYS).exists():
        cache.set(_key(user), 1, NOT_DUE_SECONDS)
        return False
    return not QuizAttempt.objects.filter(user=user, submitted_at__isnull=True).exists()


def may_be_due(user: Any) -> bool:
    """Tell whether it is worth asking `is_due`. No query."""
    return bool(user.is_authenticated and not cache.get(_key(user)))


def _key(user: Any) -> str:
    return f"nps-not-due:{user.pk}"


def asked_lately(user: Any) -> bool:
    return NpsResponse.objects.filter(user=user, created_at__gt=timezone.now() - NPS_REST).exists()


def figures(until: datetime | None = None) -> Nps:
    """Return what was said in the window that ends at `until`. Two queries."""
    until = until or timezone.now()
    rows = NpsResponse.objects.filter(created_at__gt=until - NPS_WINDOW, created_at__lte=until)
    later = rows.filter(user=OuterRef("user"), score__isnull=False, pk__gt=OuterRef("pk"))
    newest = rows.filter(score__isnull=False).exclude(Exists(later))
    counted: dict[int, int] = dict(newest.values_list("score").annotate(n=Count("pk")).order_by())
    asked = rows.aggregate(n=Count("user", distinct=True), nameless=Count("pk", filter=Q(user=None)), last=Max("pk"))
    return summed(counted, asked["n"] + asked["nameless"])


def summed(counted: dict[int, int], asked: int) -> Nps:
    """Return the figures of answers given as score → how many."""
    n = sum(counted.values())
    promoters = sum(count for score, count in counted.items() if score >= 9)
    detractors = sum(count for score, count in counted.items() if score <= 6)
    if n < NPS_MINIMUM:
        return Nps(asked, n, promoters, n - promoters - detractors, detractors, None, None, None)
    p, d = promoters / n, detractors / n
    return Nps(
        asked, n, promoters, n - promoters - detractors, detractors, round(100 * (p - d), 1),
        round(196 * math.sqrt((p + d - (p - d) ** 2) / n), 1),
        round(sum(score * count for score, count in counted.items()) / n, 2),
    )  # fmt: skip
