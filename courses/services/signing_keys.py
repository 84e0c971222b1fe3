"""The keys of the school as issuer of credentials: Ed25519, made when first needed, turned over by command.

The private half is stored encrypted with a password made of SECRET_KEY. Where that has changed without a fallback, the
old key signs nothing more and a new one takes its place; what was signed stays verifiable.
"""

import base64
import hashlib
import hmac
import json
import logging
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community_platform.core.db import insert_once
from courses.models import SigningKey

logger = logging.getLogger(__name__)
ATTEMPTS = 5


def signing_key() -> SigningKey:
    """Return the key that signs now; made where there is none, once even for many at a time. Two queries."""
    for _attempt in range(ATTEMPTS):
        row = SigningKey.objects.filter(retired_at=None).order_by("-pk").first()
        if row is None:
            _make()
        elif private_half(row) is None:
            logger.warning("signing key %s cannot be decrypted with SECRET_KEY: it is retired", row.key_id)
            SigningKey.objects.filter(pk=row.pk).update(retired_at=timezone.now())
        else:
            return row
    raise RuntimeError("no signing key could be made")


def rotate_key() -> SigningKey:
    """Retire the key that signs now and return the next one. Certificates of the old one stay valid."""
    with transaction.atomic():
        SigningKey.objects.filter(retired_at=None).update(retired_at=timezone.now())
        return signing_key()


def private_half(row: SigningKey) -> Ed25519PrivateKey | None:
    """Return the private key, None where SECRET_KEY and its fallbacks do not open it."""
    return _opened(row.private_key)


def public_half(row: SigningKey) -> Ed25519PublicKey:
    """Return the key that checks what `row` signed."""
    return Ed25519PublicKey.from_public_bytes(public_bytes(row))


def public_bytes(row: SigningKey) -> bytes:
    """Return the 32 bytes of the public key."""
    return _from_url64(json.loads(row.public_key)["x"])


def _make() -> None:
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    # At most one key is not retired: who makes one at the same time means the same number, which is unique.
    number = SigningKey.objects.filter(retired_at__isnull=False).count() + 1
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_password(settings.SECRET_KEY)),
    )
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": _to_url64(raw), "kid": f"key-{number}", "use": "sig", "alg": "EdDSA"}
    insert_once(SigningKey, key_id=f"key-{number}", public_key=json.dumps(jwk), private_key=pem.decode())


@lru_cache(maxsize=8)
def _opened(pem: str) -> Ed25519PrivateKey | None:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            key = serialization.load_pem_private_key(pem.encode(), _password(secret))
        except ValueError:
            continue
        assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - we made it
        return key
    return None


def _password(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"courses.signing-keys", hashlib.sha256).hexdigest().encode()


def _to_url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _from_url64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
