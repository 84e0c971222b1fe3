"""Codes that people pass on: the own one, further ones, clicks on their links."""

import re
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from profiles.models import User
from referrals import limits
from referrals.models import ReferralCode

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh sch - y - e iu ia".split(),
        strict=True,
    )
)
WITHOUT_NAME = "USER"
TRIES = 20


def default_code(*, actor: Any) -> ReferralCode:
    """Return one's own code, made at the first call. Raises: NotSignedIn, NotAllowed (rule referrals.make_code)."""
    ensure(actor, "referrals.make_code")
    code = ReferralCode.objects.filter(user=actor, is_default=True).first()
    return code or _make(actor, is_default=True)


def generate_code(
    *, actor: Any, label: str = "", max_uses: int | None = None, expires_at: datetime | None = None
) -> ReferralCode:
    """Make a further code, with a limit, an end and a label if wanted, and return it.

    Raises: NotSignedIn, NotAllowed (rule referrals.make_code), Invalid, Conflict `too_many`, TooFast.
    """
    ensure(actor, "referrals.make_code")
    label = text.clean(label, field="label", low=0, high=limits.LABEL_HIGH, multiline=False)
    if max_uses is not None and not 1 <= max_uses <= limits.USES_HIGH:
        words = _("Give a number from 1 to %(n)d.") % {"n": limits.USES_HIGH}
        raise Invalid(words, code="invalid", field="max_uses")
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid(_("Choose a time to come."), code="past", field="expires_at")
    with transaction.atomic():
        User.objects.lock(actor.pk)
        if ReferralCode.objects.filter(user=actor).count() >= limits.CODES_PER_PERSON:
            raise Conflict(_("You have as many codes as one may have."), code="too_many")
        hit(actor.pk, limits.CODES_MADE)
        return _make(actor, label=label, max_uses=max_uses, expires_at=expires_at)


def set_active(*, actor: Any, code: ReferralCode, is_active: bool) -> ReferralCode:
    """Turn a code off or on again and return it. Raises: NotAllowed (rule referrals.edit_code)."""
    ensure(actor, "referrals.edit_code", code)
    ReferralCode.objects.filter(pk=code.pk).update(is_active=is_active)
    return ReferralCode.objects.get(pk=code.pk)


def count_click(*, code: ReferralCode) -> None:
    """Note that somebody followed the link."""
    ReferralCode.objects.filter(pk=code.pk).update(clicks_count=F("clicks_count") + 1)


def _make(user: Any, *, is_default: bool = False, **values: Any) -> ReferralCode:
    """Insert a code that nobody has; of two first calls at once one makes the own code and both return it."""
    start = prefix(user)
    for _try in range(TRIES):
        word = "".join(secrets.choice(limits.ALPHABET) for _place in range(limits.RANDOM_LENGTH))
        code = f"{start}-{word}"
        if insert_once(ReferralCode, user_id=user.pk, code=code, is_default=is_default, **values):
            return ReferralCode.objects.get(code=code)
        mine = ReferralCode.objects.filter(user=user.pk, is_default=True).first() if is_default else None
        if mine is not None:
            return mine
    raise Conflict(_("This changed at the same moment. Try again."))


def prefix(user: Any) -> str:
    """Return the name in a code: the user name in Latin capitals, none of a private person."""
    if not user.is_profile_public:
        return WITHOUT_NAME
    latin = "".join(_LATIN.get(letter, letter) for letter in user.username.lower())
    return re.sub(r"[^A-Z0-9]", "", latin.upper())[: limits.PREFIX_HIGH] or WITHOUT_NAME
