"""Signed messages: `t=<Unix time>,v1=<HMAC-SHA256 of "<t>.<body>", hexadecimal>`, as most providers sign theirs."""

import hashlib
import hmac
import re
import time

from django.conf import settings
from django.utils.translation import gettext as _

from community_platform.core.errors import NotAllowed

TOLERANCE = 300  # seconds a message may be old: a copied one is of no use later


def sign(body: bytes, *, at: int | None = None) -> str:
    """Return the value of the signature header."""
    moment = int(time.time()) if at is None else at
    return f"t={moment},v1={_digest(body, moment, _secrets()[0])}"


def check(body: bytes, header: str) -> None:
    """Raise NotAllowed `bad_signature` unless `header` signs `body` and is fresh."""
    found = re.fullmatch(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", header)
    if found is not None:
        moment = int(found[1])
        is_fresh = abs(time.time() - moment) <= TOLERANCE
        if is_fresh and any(hmac.compare_digest(_digest(body, moment, key), found[2]) for key in _secrets()):
            return
    raise NotAllowed(_("The signature is wrong or too old."), code="bad_signature")


def _digest(body: bytes, moment: int, secret: str) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def _secrets() -> list[str]:
    """Return the keys that sign: the one that was set, or one derived from each of the site's."""
    if settings.PAYMENT_WEBHOOK_SECRET:
        return [settings.PAYMENT_WEBHOOK_SECRET]
    return [f"payments:{key}" for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
