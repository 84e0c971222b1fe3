"""The queue of staff: what waits for a decision, with its reasons, and what has something in common."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from referrals.models import Referral, Status
from referrals.selectors.risk import LABELS

STATES = ("held", "flagged", "rejected")


def queue(viewer: Any, state: str) -> QuerySet[Referral]:
    """Return referrals for review, the riskiest first: held, flagged but going on, or rejected."""
    rows = Referral.objects.visible_to(viewer).select_related("referrer", "referee", "code", "reviewed_by")
    if state == "held":
        rows = rows.filter(is_held=True)
    elif state == "rejected":
        rows = rows.filter(status=Status.REJECTED)
    else:
        rows = rows.filter(risk_score__gt=0, is_held=False).exclude(status=Status.REJECTED)
    return rows.order_by("-risk_score", "-pk")


def reasons(referral: Referral) -> list[str]:
    """Return what speaks against a referral, in words."""
    return [str(LABELS[flag]) for flag in referral.flags if flag in LABELS]


def clusters(column: str) -> QuerySet[Any]:
    """Return digests of this column that two referrals of one inviter or more share."""
    rows = Referral.objects.exclude(**{column: ""}).order_by().values(column)
    return rows.annotate(_n=Count("pk")).filter(Q(_n__gte=2)).values(column)
