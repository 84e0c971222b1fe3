"""Freezes that the school gives by hand: for a day on which the site was down, for somebody in hospital."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.permissions import ensure
from gamification.catalogue.streaks import FREEZE_CAP
from gamification.limits import NOTE_MAX
from gamification.models import FreezeGrant, Streak
from gamification.selectors.days import local_date, zone_of
from gamification.selectors.settling import ONE_DAY
from gamification.selectors.streaks import STAFF_KEY
from gamification.services import ledger, streaks
from profiles.models import User


def give_freezes(*, actor: Any, user: User, amount: int, reason: str, token: uuid.UUID) -> int:
    """Give `user` freezes, usable from their today on, and return how many there was room for: one row a `token`.

    What is over is settled first, so that a present saves no day before it.
    Raises: NotAllowed (rule gamification.give_freezes), Invalid on `amount` or `reason`, Conflict `full`.
    """
    ensure(actor, "gamification.give_freezes")
    if not 1 <= amount <= FREEZE_CAP:
        raise Invalid(_("Give 1 to %(n)d freezes.") % {"n": FREEZE_CAP}, code="invalid", field="amount")
    reason = text.clean(reason, field="reason", high=NOTE_MAX, multiline=False)
    key = f"{STAFF_KEY}{token}"
    with transaction.atomic():
        ledger.lock_people(user.pk)
        if known := FreezeGrant.objects.filter(key=key).first():
            return known.amount
        insert_once(Streak, user_id=user.pk, zone=user.timezone)
        streak = Streak.objects.select_for_update(no_key=True).get(user_id=user.pk)
        today = local_date(timezone.now(), zone_of(streak.zone))
        streaks.settle(streak, until=today - ONE_DAY)
        amount = min(amount, FREEZE_CAP - streak.freezes_available)
        if not amount:
            raise Conflict(_("They hold %(n)d freezes already, and more is not kept.") % {"n": FREEZE_CAP}, code="full")
        FreezeGrant.objects.create(
            user=user, amount=amount, key=key, date=today, reason=reason, given_by_id=actor.pk
        )
        streak.freezes_available += amount
        streaks.store(streak)
    return amount
