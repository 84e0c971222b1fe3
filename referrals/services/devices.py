"""Browsers that people sign in with, and the forgetting of traces."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from community_platform.core.db import insert_once
from referrals import limits
from referrals.models import KnownDevice, Referral, ReferralCode
from referrals.selectors import traces

SEEN_AGAIN = timedelta(days=1)


def digest_of(token: str) -> str:
    """Return the hash under which a browser is known; empty for none."""
    return traces.digest("device", token)


def remember(*, user_id: int, token: str) -> None:
    """Note that a person signed in with this browser."""
    now, digest = timezone.now(), digest_of(token)
    with transaction.atomic():
        if not insert_once(KnownDevice, user_id=user_id, digest=digest, seen_at=now):
            old = KnownDevice.objects.filter(user=user_id, digest=digest, seen_at__lt=now - SEEN_AGAIN)
            old.update(seen_at=now)


def forget_traces(*, now: datetime) -> int:
    """Forget browsers and addresses after 90 days; return how many rows that changed."""
    before = now - limits.TRACES_KEPT
    gone, _by_model = KnownDevice.objects.filter(seen_at__lt=before).delete()
    rows = Referral.objects.filter(created_at__lt=before)
    rows = rows.exclude(address_digest="", device_digest="")
    return gone + rows.update(address_digest="", device_digest="")


def erase_person(user: Any) -> None:
    """Forget the traces of a person, and take their name out of codes. Ids of referrals stay: points hang on them."""
    KnownDevice.objects.filter(user=user).delete()
    Referral.objects.filter(referee=user).update(mail_digest="", address_digest="", device_digest="")
    ReferralCode.objects.filter(user=user).update(label="")
