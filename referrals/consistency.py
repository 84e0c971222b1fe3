"""Uses are counted, payments are those of the ledger, the ladder stands on friends who count."""

from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from community_platform.core.consistency import alarm, count_of, counter, register
from gamification.models import PointTransaction
from referrals.models import ReachedStep, Referral, ReferralCode, Status


def _paid(side: str) -> Coalesce:
    """Return what the ledger has paid one side of a referral and not taken back, also under a key paid anew (K#2)."""
    total: Any = Value(0)
    for part in ("joined", "completed"):
        key = Concat(
            Value("referral:"), Cast(OuterRef("pk"), CharField()), Value(f":{part}:{side}"), output_field=CharField()
        )
        standing = PointTransaction.objects.filter(reversal=None, reverses=None).filter(
            Q(key=key) | Q(reason=f"referral_{part}", key__startswith=Concat(key, Value("#")))
        )
        mine = standing.filter(user=OuterRef(side)).order_by().values("reason").annotate(_n=Sum("amount")).values("_n")
        total = total + Coalesce(Subquery(mine), Value(0))
    return total


def _unpaid_steps() -> QuerySet[Any]:
    """Return standing rungs without a standing payment, and revoked ones with one."""
    key = Concat(
        Value("referral-ladder:"), Cast(OuterRef("user_id"), CharField()), Value(":"),
        Cast(OuterRef("step_id"), CharField()), output_field=CharField(),
    )  # fmt: skip
    paid = PointTransaction.objects.filter(reversal=None, reason="referral_ladder", reverses=None).filter(
        Q(key=key) | Q(key__startswith=Concat(key, Value("#"))), amount=OuterRef("points")
    )
    rows = ReachedStep.objects.annotate(_is_paid=Exists(paid))
    return rows.filter(Q(_is_paid=False, revoked_at=None) | Q(_is_paid=True, revoked_at__isnull=False))


register(
    counter(
        "referrals.codes.usage", "uses of a code", ReferralCode, "usage_count",
        count_of(Referral.objects.exclude(status=Status.REJECTED), "code"),
    ),
    alarm(
        "referrals.paid.referrer", "points of an inviter are those of the ledger",
        lambda: Referral.objects.annotate(_paid=_paid("referrer")).exclude(referrer_points=F("_paid")),
        stored="referrer_points", actual="_paid",
    ),
    alarm(
        "referrals.paid.referee", "points of a friend are those of the ledger",
        lambda: Referral.objects.annotate(_paid=_paid("referee")).exclude(referee_points=F("_paid")),
        stored="referee_points", actual="_paid",
    ),
    alarm("referrals.ladder.paid", "rungs and the ledger agree", _unpaid_steps, stored="points"),
)  # fmt: skip
