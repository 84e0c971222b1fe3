"""Web push (RFC 8030, encrypted by RFC 8291, signed by VAPID, RFC 8292), where the site has keys.

The browser names the address that we post to, so only push services are called: https, their hosts, no redirects.
"""

import base64
import hashlib
import json
import logging
import re
import time
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import http_ece
import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, NotSignedIn
from notifications.models import PushSubscription
from notifications.services.mailing_letters import Letter

logger = logging.getLogger(__name__)

HOSTS = (  # exactly, or what ends with a dot and the name
    "fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com",
)  # fmt: skip
TIMEOUT = 5  # seconds, each of connecting and answering
TTL = 24 * 3600  # how long the push service keeps it for a browser that is off
DEVICES_MAX = 10  # of one person; a further one takes the place of the oldest
TEXT_MAX = 300
ENDPOINT_MAX = 800
GONE = {404, 410}
# Nothing that two parsers could read in two ways: no user, no backslash, no blank, plain letters only.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/[A-Za-z0-9._~:/?#!$&'()*+,;=%-]*")


def is_configured() -> bool:
    """Tell whether the site has VAPID keys: without them nothing about push is shown."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """Return the key that browsers subscribe with: the uncompressed point, base64url."""
    point = _private_key().public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )  # fmt: skip
    return _encode(point)


def subscribe(*, actor: Any, endpoint: str, p256dh: str, auth: str, device: str = "") -> PushSubscription:
    """Remember a browser of `actor`; the same browser again (by its endpoint) is taken over, keys and all.

    Raises: NotSignedIn, Invalid on `endpoint` for anything but a push service, on `p256dh` or `auth` for no such keys.
    """
    if not actor.is_authenticated:
        raise NotSignedIn
    if not is_allowed(endpoint):
        raise Invalid(_("This is no address of a push service."), code="unknown_service", field="endpoint")
    _check_keys(p256dh, auth)
    with transaction.atomic():
        mine = PushSubscription.objects.select_for_update().filter(user=actor)
        row, _made = PushSubscription.objects.update_or_create(
            digest=hashlib.sha256(endpoint.encode()).hexdigest(),
            defaults={"user": actor, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "device": device[:80]},
        )
        extra = mine.exclude(pk=row.pk).order_by("-pk").values_list("pk", flat=True)[DEVICES_MAX - 1 :]
        PushSubscription.objects.filter(pk__in=list(extra)).delete()
    return row


def unsubscribe(*, actor: Any, endpoint: str) -> None:
    """Forget a browser of `actor`; one that is not known is forgotten already. Raises: NotSignedIn."""
    if not actor.is_authenticated:
        raise NotSignedIn
    PushSubscription.objects.filter(user=actor, digest=hashlib.sha256(endpoint.encode()).hexdigest()).delete()


def is_allowed(endpoint: str) -> bool:
    """Tell whether `endpoint` is of a push service: ours are listed, WEB_PUSH_ORIGINS adds some."""
    if len(endpoint) > ENDPOINT_MAX or not _ADDRESS.fullmatch(endpoint):
        return False
    parts = urlsplit(endpoint)
    if f"{parts.scheme}://{parts.netloc}" in settings.WEB_PUSH_ORIGINS:
        return True
    host = (parts.hostname or "").lower()
    known = any(host == name or host.endswith(f".{name}") for name in HOSTS)
    return known and parts.scheme == "https" and parts.port in {None, 443}


def tell(user: Any, letter: Letter, *, tag: str) -> int:
    """Push what `letter` says to every browser of `user` and return how many took it.

    A browser that is gone (404, 410) is forgotten. Raises OSError where none took it and trying again may help.
    """
    reached, error = 0, ""
    for row in PushSubscription.objects.filter(user=user) if is_configured() else ():
        answer = _post(row, _payload(letter, tag))
        if answer in GONE:
            row.delete()
        elif 200 <= answer < 300:
            PushSubscription.objects.filter(pk=row.pk).update(succeeded_at=timezone.now())
            reached += 1
        else:
            error = f"push service answered {answer}"
            logger.warning("push: %s", error)
    if error and not reached:
        raise OSError(error)
    return reached


def _payload(letter: Letter, tag: str) -> bytes:
    lines = letter.context.get("lines") or ()
    last = lines[-1] if lines else None
    text = f"{last.who}: {last.quote}" if last is not None and last.quote and last.who else last.text if last else ""
    url = letter.context.get("url") or (last.url if last is not None else settings.SITE_URL)
    data = {"title": letter.subject, "body": text[:TEXT_MAX], "url": url, "tag": tag}
    return json.dumps(data, ensure_ascii=False).encode()


def _post(row: PushSubscription, payload: bytes) -> int:
    """Post to the push service and return its status, 599 where it could not be reached."""
    if not is_allowed(row.endpoint):
        return 410  # the list of hosts became shorter
    body = http_ece.encrypt(
        payload, private_key=ec.generate_private_key(ec.SECP256R1()), dh=_decode(row.p256dh),
        auth_secret=_decode(row.auth), version="aes128gcm",
    )  # fmt: skip
    headers = {
        "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "TTL": str(TTL),
        "Urgency": "normal", "Authorization": _vapid(row.endpoint),
    }  # fmt: skip
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no .netrc of the machine
            answer = session.post(
                row.endpoint, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
            )
            return answer.status_code
    except requests.RequestException:
        return 599


def _vapid(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + 12 * 3600,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }  # fmt: skip
    return f"vapid t={jwt.encode(claims, _private_key(), algorithm='ES256')}, k={public_key()}"


def _private_key() -> ec.EllipticCurvePrivateKey:
    """Return the site's key: 32 bytes, base64url, as `manage.py make_vapid_key` and other tools print it."""
    return ec.derive_private_key(int.from_bytes(_decode(settings.VAPID_PRIVATE_KEY), "big"), ec.SECP256R1())


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decode(p256dh))
    except ValueError:
        raise Invalid(_("This is no key of a browser."), code="invalid", field="p256dh") from None
    try:
        length = len(_decode(auth))
    except ValueError:
        length = 0
    if length != 16:
        raise Invalid(_("This is no secret of a browser."), code="invalid", field="auth")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def new_private_key() -> str:
    """Return a new key for VAPID_PRIVATE_KEY."""
    return _encode(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))
