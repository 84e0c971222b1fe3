"""Staff decides about a referral: it is real, or it is not and everything it brought is taken back."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Conflict
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from gamification.services import ledger
from referrals import limits
from referrals.events import ReferralRejected
from referrals.models import Referral, Status
from referrals.selectors.counts import counting
from referrals.selectors.policy import policy
from referrals.services import climbing
from referrals.services.claiming import give_place_back, take_place
from referrals.services.rewarding import PARTS, key_of, locked, settle


def release(*, actor: Any, referral: Referral) -> Referral:
    """Say that a held or rejected referral is real: it goes on, and pays what is due. Return it.

    Raises: NotAllowed (rule referrals.review), Conflict `not_held` or `used_up`.
    """
    ensure(actor, "referrals.review", referral)
    with transaction.atomic():
        ledger.lock_people(referral.referrer_id, referral.referee_id)
        found = locked(referral.pk)
        decided = {"is_cleared": True, "reviewed_by": actor, "reviewed_at": timezone.now(), "reject_reason": ""}
        mine = Referral.objects.filter(pk=found.pk)
        if found.status == Status.REJECTED:
            if not take_place(found.code_id):
                raise Conflict(_("The code has no place left."), code="used_up")
            mine.update(status=Status.PENDING, rejected_at=None, is_held=False, hold_until=None, **decided)
        elif not mine.filter(is_held=True).update(is_held=False, hold_until=None, **decided):
            raise Conflict(_("Nothing holds this referral."), code="not_held")
        settle(referral_id=found.pk)
    return Referral.objects.select_related("referrer", "referee").get(pk=referral.pk)


def reject(*, actor: Any, referral: Referral, reason: str) -> Referral:
    """Refuse a referral and take back all it brought to both, rungs and badges too, as if it had never been. Return it.

    Raises: NotAllowed (rule referrals.review), Invalid on `reason`, Conflict `rejected`.  Publishes: ReferralRejected.
    """
    ensure(actor, "referrals.review", referral)
    reason = text.clean(reason, field="reason", high=limits.REASON_HIGH, multiline=False)
    with transaction.atomic():
        ledger.lock_people(referral.referrer_id, referral.referee_id)
        found, rules = locked(referral.pk), policy()
        before = counting(found.referrer_id, rules.basis)
        now = timezone.now()
        changed = Referral.objects.filter(pk=found.pk).exclude(status=Status.REJECTED).update(
            status=Status.REJECTED, rejected_at=now, rewarded_at=None, completed_at=None, course=None,
            referrer_points=0, referee_points=0, is_held=False, hold_until=None, is_cleared=False,
            reviewed_by=actor, reviewed_at=now, reject_reason=reason,
        )  # fmt: skip
        if not changed:
            raise Conflict(_("This referral is rejected already."), code="rejected")
        for part in PARTS:
            for side in ("referrer", "referee"):
                ledger.reverse(key=key_of(found, part, side))
        give_place_back(found.code_id)
        climbing.step_down(user_id=found.referrer_id, before=before, rules=rules)
        publish(
            ReferralRejected(
                user_id=found.referrer_id, referral_id=found.pk, other_id=found.referee_id, actor_id=actor.pk
            )
        )
    return Referral.objects.select_related("referrer", "referee").get(pk=referral.pk)
