"""What an invitation has earned is paid: `settle` looks at the source as it is now and makes the ledger agree.

So the order of events, their repetition and the loss of one change nothing. Each payment has a key in the ledger, each
step of a referral is an UPDATE on the status that it leaves.

Locks: the points of both people first (`ledger.lock_people`), then the referral.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from community_platform.core.events import publish
from gamification.models import Bucket
from gamification.services import ledger
from profiles.models import User
from referrals.events import ReferralRegistered, ReferralRewarded
from referrals.models import Referral, ReferralPolicy, Status
from referrals.selectors import facts, risk
from referrals.selectors.policy import policy
from referrals.services import climbing

URL = "/referrals/"
PARTS = ("joined", "completed")


def settle(*, referral_id: int) -> None:
    """Take a referral as far as what its friend did allows, and pay what that earns, once.

    Publishes: ReferralRegistered, ReferralRewarded, LadderReached.
    """
    pair = Referral.objects.filter(pk=referral_id).values_list("referrer_id", "referee_id").first()
    if pair is None:
        return
    with transaction.atomic():
        ledger.lock_people(*pair)
        referral = locked(referral_id)
        if referral.status == Status.REJECTED or not _in_good_standing(referral):
            return
        rules = policy()
        _see_joined(referral)
        _see_completed(referral, rules)
        if referral.joined_at is None or referral.is_held:
            return
        _pay_joined(referral, rules)
        _pay_completed(referral, rules)
        climbing.climb(user_id=referral.referrer_id, rules=rules)


def settle_for(*, user_id: int) -> None:
    """Settle the referral that brought this person, if one did."""
    pk = Referral.objects.filter(referee=user_id).values_list("pk", flat=True).first()
    if pk is not None:
        settle(referral_id=pk)


def settle_all(*, now: datetime) -> int:
    """Release what was held for its time, then settle whatever is open: an event may have been lost."""
    due = Referral.objects.filter(is_held=True, hold_until__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        Referral.objects.filter(pk=pk, is_held=True, hold_until__lte=now).update(is_held=False, hold_until=None)
    waiting = Referral.objects.filter(status__in=[Status.PENDING, Status.COMPLETED], is_held=False).order_by("pk")
    open_ones = list(waiting.values_list("pk", flat=True))
    for pk in open_ones:
        settle(referral_id=pk)
    return len(open_ones)


def locked(referral_id: int) -> Referral:
    """Return the referral with its people, its row locked."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("referrer", "referee")
    return rows.get(pk=referral_id)


def hold_values(score: int, rules: ReferralPolicy, now: datetime) -> dict[str, Any]:
    """Return the columns by which a referral of this risk is held: for a time, or until staff decides."""
    if not rules.has_holds or score < rules.hold_score:
        return {"is_held": False, "hold_until": None}
    until = None if score >= rules.review_score else now + timedelta(hours=rules.hold_hours)
    return {"is_held": True, "hold_until": until}


def key_of(referral: Referral, part: str, side: str) -> str:
    """Return the cause in the ledger: `part` joined or completed, `side` referrer or referee."""
    return f"referral:{referral.pk}:{part}:{side}"


def _in_good_standing(referral: Referral) -> bool:
    people: tuple[User, ...] = (referral.referrer, referral.referee)
    return all(person.is_active and not person.is_suspended for person in people)


def _see_joined(referral: Referral) -> None:
    if referral.joined_at is None and facts.has_lasting_mail(referral.referee_id):
        _change(referral, Referral.objects.filter(joined_at=None), joined_at=timezone.now())


def _see_completed(referral: Referral, rules: ReferralPolicy) -> None:
    if referral.status != Status.PENDING or referral.joined_at is None:
        return
    found = facts.first_course(referrer_id=referral.referrer_id, referee_id=referral.referee_id, policy=rules)
    if found is None:
        return
    values: dict[str, Any] = {"completed_at": found.completed_at, "course_id": found.course_id}
    flags = [flag for flag in risk.of_course(found, rules) if flag not in referral.flags]
    if flags:
        values |= {"flags": [*referral.flags, *flags], "risk_score": risk.score_of([*referral.flags, *flags])}
        if not referral.is_cleared and not referral.is_held:
            values |= hold_values(values["risk_score"], rules, timezone.now())
    _change(referral, Referral.objects.filter(status=Status.PENDING), status=Status.COMPLETED, **values)


def _pay_joined(referral: Referral, rules: ReferralPolicy) -> None:
    paid = _pay(referral, "joined", rules.joined_referrer, rules.joined_referee)
    if paid is not None:
        publish(
            ReferralRegistered(
                user_id=referral.referrer_id, referral_id=referral.pk, other_id=referral.referee_id, points=paid
            )
        )


def _pay_completed(referral: Referral, rules: ReferralPolicy) -> None:
    waiting = Referral.objects.filter(status=Status.COMPLETED, is_held=False)
    if _change(referral, waiting, status=Status.REWARDED, rewarded_at=timezone.now()):
        _pay(referral, "completed", rules.completed_referrer, rules.completed_referee)


def _pay(referral: Referral, part: str, to_referrer: int, to_referee: int) -> int | None:
    """Pay both, or pay back what a rejection took; return the inviter's points, None where all was paid before."""
    sides = {
        "referrer": (referral.referrer_id, referral.referee_id, to_referrer),
        "referee": (referral.referee_id, referral.referrer_id, to_referee),
    }
    new: dict[str, int] = {}
    for side, (user_id, other_id, amount) in sides.items():
        cause = key_of(referral, part, side)
        is_new = ledger.pay(
            user_id=user_id,
            amount=amount,
            bucket=Bucket.REFERRAL,
            reason=f"referral_{part}",
            key=cause,
            occurred_at=getattr(referral, f"{part}_at"),
            url=URL,
        )
        if not is_new and not ledger.restore(key=cause):
            continue
        new[side] = ledger.paid(key=cause)
        publish(
            ReferralRewarded(
                user_id=user_id,
                referral_id=referral.pk,
                other_id=other_id,
                points=new[side],
                reason=part,
                is_inviter=side == "referrer",
            )
        )
    if not new:
        return None
    moved = {f"{side}_points": F(f"{side}_points") + amount for side, amount in new.items()}
    Referral.objects.filter(pk=referral.pk).update(**moved)
    return new.get("referrer", 0)


def _change(referral: Referral, rows: Any, **values: Any) -> bool:
    """Update the row if it still is among `rows`, and the loaded referral with it; tell whether it was."""
    if not rows.filter(pk=referral.pk).update(**values):
        return False
    for name, value in values.items():
        setattr(referral, name, value)
    return True
