"""The ladder: rungs are paid as they are reached, once each, and taken back when a rejected friend had reached them."""

from django.utils import timezone

from community_platform.core.db import insert_once
from community_platform.core.events import publish
from gamification.models import Badge, Bucket
from gamification.services import awarding, evaluation, ledger
from referrals.events import LadderReached
from referrals.models import LadderStep, ReachedStep, ReferralPolicy
from referrals.selectors.counts import counting

METRICS = ("referrals_joined", "referrals_completed")


def climb(*, user_id: int, rules: ReferralPolicy) -> None:
    """Pay the rungs that a person stands on. The points of the person are locked. Publishes: LadderReached."""
    count = counting(user_id, rules.basis)
    steps = LadderStep.objects.filter(is_active=True, min_referrals__lte=count)
    standing = set(ReachedStep.objects.filter(user=user_id, revoked_at=None).values_list("step_id", flat=True))
    for step in steps.exclude(pk__in=standing):
        _reach(user_id, step)


def _reach(user_id: int, step: LadderStep) -> None:
    now = timezone.now()
    row = {"user_id": user_id, "step_id": step.pk}
    is_new = insert_once(ReachedStep, min_referrals=step.min_referrals, points=step.points, reached_at=now, **row)
    # Taken back before: the same rung is reached again, for what it was worth then.
    revoked = ReachedStep.objects.filter(revoked_at__isnull=False, **row)
    if not is_new and not revoked.update(revoked_at=None, reached_at=now):
        return
    reached = ReachedStep.objects.get(**row)
    is_paid = ledger.pay(
        user_id=user_id,
        amount=reached.points,
        bucket=Bucket.REFERRAL,
        reason="referral_ladder",
        key=reached.key,
        occurred_at=now,
        url="/referrals/",
    )
    if not is_paid:
        ledger.restore(key=reached.key)
    badge = Badge.objects.filter(slug=step.badge, is_active=True).first() if step.badge else None
    if badge is not None:
        awarding.award(badge, {user_id: now})
    publish(
        LadderReached(
            user_id=user_id, step_id=step.pk, min_referrals=reached.min_referrals, points=reached.points
        )
    )


def step_down(*, user_id: int, before: int, rules: ReferralPolicy) -> None:
    """Take back the rungs and badges that a person, who had `before` friends, has lost by a rejection.

    Rungs that the school has raised since, and so were never lost by it, stay.
    """
    count = counting(user_id, rules.basis)
    rows = ReachedStep.objects.filter(
        user=user_id, revoked_at=None, min_referrals__gt=count, min_referrals__lte=before
    ).select_related("step")
    lost = list(rows)
    for reached in lost:
        ReachedStep.objects.filter(pk=reached.pk, revoked_at=None).update(revoked_at=timezone.now())
        ledger.reverse(key=reached.key)
    standing = ReachedStep.objects.filter(user=user_id, revoked_at=None).exclude(step__badge="")
    kept = set(standing.values_list("step__badge", flat=True))
    by_ladder = {reached.step.badge for reached in lost if reached.step.badge} - kept
    evaluation.withdraw_unearned(user_id=user_id, metrics=METRICS, also=by_ladder, keep=kept)
