"""Codes: one's own, and what a word that somebody brought means."""

from typing import Any

from django.db.models import QuerySet

from referrals import limits
from referrals.models import ReferralCode


def usable_code(word: str) -> ReferralCode | None:
    """Return the code of this spelling, in any case, if it brings somebody here now; with its inviter."""
    if not limits.CODE.match(word.strip()):
        return None
    return ReferralCode.objects.usable().select_related("user").filter(code=word.strip().upper()).first()


def codes_of(user: Any) -> QuerySet[ReferralCode]:
    """Return one's codes, the own one first, then the newest."""
    return ReferralCode.objects.visible_to(user).order_by("-is_default", "-pk")
