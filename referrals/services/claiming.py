"""A code brings somebody: at registration, or by hand in the first week."""

from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from gamification.services import ledger
from profiles.models import User
from profiles.services.referral import Arrival
from referrals import limits
from referrals.events import ReferralRejected
from referrals.models import Referral, ReferralCode, Status
from referrals.selectors import risk, traces
from referrals.selectors.codes import usable_code
from referrals.selectors.policy import policy
from referrals.services import devices
from referrals.services.rewarding import hold_values, settle


def claim(user: User, arrival: Arrival) -> bool:
    """Tell whether a code brought the new account `user`: the one that is named, else that of the link they followed.

    Called inside the registration's transaction, for which an unusable code is no error. What a rule forbids is kept,
    for staff, as a rejected referral, and was not applied.
    """
    word = arrival.code or traces.code_in(arrival.cookies)
    if not word:
        return False
    referral = take(user=user, word=word, address=arrival.address, device=traces.device_of(arrival.cookies))
    return referral is not None and referral.status != Status.REJECTED


def enter_code(*, actor: Any, code: str, address: str = "", device: str = "") -> Referral:
    """Name by hand, within seven days of joining, who invited one; return the referral, paid as far as it is due.

    Raises: NotSignedIn, NotAllowed (rule referrals.enter_code), Invalid on `code`, Conflict, TooFast.
    """
    ensure(actor, "referrals.enter_code")
    if timezone.now() > actor.date_joined + limits.MANUAL_ENTRY:
        raise Conflict(_("A code can be entered in the first seven days."), code="too_late")
    if Referral.objects.filter(referee=actor).exists():
        raise Conflict(_("You have named who invited you already."), code="already_invited")
    hit(actor.pk, limits.CODES_TRIED)
    found = usable_code(code)
    if found is None:
        raise _unusable()
    if found.user_id == actor.pk:
        raise Invalid(_("This is your own code."), code="own_code", field="code")
    if found.user.date_joined >= actor.date_joined:
        raise Conflict(_("Who invited you was here before you."), code="not_eligible")
    with transaction.atomic():
        ledger.lock_people(found.user_id, actor.pk)  # before the code, as everywhere
        referral = take(user=actor, word=found.code, address=address, device=device)
        if referral is None:
            raise _unusable()
        if referral.status == Status.REJECTED:
            raise Conflict(_("This code cannot be used for your account."), code="not_eligible")
        settle(referral_id=referral.pk)
    return Referral.objects.get(pk=referral.pk)


def _unusable() -> Invalid:
    return Invalid(_("This code does not work. Look whether it is spelled right."), code="unusable", field="code")


def take(*, user: User, word: str, address: str = "", device: str = "") -> Referral | None:
    """Take a place of the code for `user` and return the referral; None where the code is unusable.

    `address` is that of the network, `device` the token of the browser. The place is taken by one UPDATE that asks for
    all that the code's row says, so parallel registrations never exceed its limit.
    """
    code = usable_code(word)
    if code is None or code.user_id == user.pk or user.is_staff or user.is_superuser:
        return None
    now, rules = timezone.now(), policy()
    place, trace = traces.address_digest(address), devices.digest_of(device)
    flags = risk.of_arrival(referrer=code.user, referee=user, address=place, device=trace, policy=rules, now=now)
    score = risk.score_of(flags)
    is_refused = risk.is_forbidden(flags)
    row = {
        "code_id": code.pk, "referrer_id": code.user_id, "referee_id": user.pk, "created_at": now, "flags": flags,
        "risk_score": score, "mail_digest": traces.digest("mail", traces.mailbox(user.email)),
        "address_digest": place, "device_digest": trace,
    }  # fmt: skip
    row |= {"status": Status.REJECTED, "rejected_at": now} if is_refused else hold_values(score, rules, now)
    with transaction.atomic():
        if not is_refused and not take_place(code.pk):
            return None
        if not insert_once(Referral, **row):
            if not is_refused:
                give_place_back(code.pk)
            return None
        referral = Referral.objects.get(referee=user.pk)
        if is_refused:
            publish(ReferralRejected(user_id=code.user_id, referral_id=referral.pk, other_id=user.pk, actor_id=None))
    return referral


def take_place(code_id: int) -> bool:
    """Count one use unless the code is off, over or used up; tell whether it was counted."""
    is_open = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    is_free = Q(max_uses=None) | Q(usage_count__lt=F("max_uses"))
    rows = ReferralCode.objects.filter(is_open, is_free, pk=code_id, is_active=True)
    return bool(rows.update(usage_count=F("usage_count") + 1))


def give_place_back(code_id: int) -> None:
    """Count one use less."""
    ReferralCode.objects.filter(pk=code_id).update(usage_count=F("usage_count") - 1)
