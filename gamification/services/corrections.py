"""Points that the school gives or takes by hand: a row of the ledger like any other, with who did it and why."""

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from gamification.limits import CORRECTION_MAX, NOTE_MAX
from gamification.models import Bucket
from gamification.services import ledger
from profiles.models import User


def correct_points(*, actor: Any, user: User, amount: int, note: str, token: uuid.UUID) -> bool:
    """Add `amount` (negative: take) to the points of `user` and tell whether it was new: one row a `token`.

    Raises: NotAllowed (rule gamification.correct_points), Invalid on `amount` or `note`.
    """
    ensure(actor, "gamification.correct_points")
    if not amount or abs(amount) > CORRECTION_MAX:
        words = _("Give a number of points other than 0, at most %(n)d.") % {"n": CORRECTION_MAX}
        raise Invalid(words, code="invalid", field="amount")
    note = text.clean(note, field="note", high=NOTE_MAX, multiline=False)
    return ledger.pay(
        user_id=user.pk,
        amount=amount,
        bucket=Bucket.STAFF,
        reason="correction",
        key=f"correction:{token}",
        occurred_at=timezone.now(),
        actor_id=actor.pk,
        note=note,
    )
