"""Open Badges 3.0: the document of a certificate, its signatures, and how they are checked without asking anybody.

A document carries a Data Integrity proof of the suite eddsa-jcs-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0): the
SHA-256 of the proof's options and of the document, both in the JSON Canonicalization Scheme (RFC 8785), signed with
Ed25519. The same document is signed as a compact JWT (VC-JWT, Open Badges 3.0 §8.2). Who has the school's public keys
(/.well-known/did.json) needs nothing else. Whether it was revoked meanwhile, only the school knows.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import quote

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from courses.models import Certificate, Course

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
SUITE = "eddsa-jcs-2022"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58, Bitcoin's
_ED25519 = b"\xed\x01"  # the multicodec prefix of a public key
Keys = Mapping[str, Ed25519PublicKey]  # by key id


class Finding(Enum):
    """What the signature of a credential says."""

    GENUINE = "genuine"
    TAMPERED = "tampered"
    UNKNOWN_KEY = "unknown_key"
    MALFORMED = "malformed"


def issuer_id() -> str:
    """Return the school's DID: its web address, under which the keys are published."""
    return "did:web:" + ":".join(quote(part, safe="") for part in settings.SITE_URL.split("://", 1)[1].split("/"))


def credential_address(certificate: Certificate) -> str:
    """Return where programs find the certificate; it is the id of its credential, too."""
    return f"{settings.SITE_URL}/api/certificates/{certificate.uuid}"


def document(certificate: Certificate, course: Course, *, completed_at: datetime) -> dict[str, Any]:
    """Return the unsigned document, in the language of the certificate. It names the holder, no address or account."""
    issuer = {"id": issuer_id(), "type": ["Profile"], "name": settings.SITE_NAME, "url": settings.SITE_URL}
    with translation.override(certificate.language):
        narrative = _("Every required lesson of the course is completed and every required quiz is passed.")
    return {
        "@context": CONTEXTS,
        "id": credential_address(certificate),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.course_title,
        "issuer": issuer,
        "validFrom": _stamp(certificate.issued_at),
        "awardedDate": _stamp(completed_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject", "identityHash": certificate.holder_name, "identityType": "name",
                    "hashed": False,
                }
            ],
            "achievement": {
                "id": f"{settings.SITE_URL}{course.get_absolute_url()}",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": certificate.course_title,
                "description": course.summary or certificate.course_title,
                "criteria": {"narrative": narrative},
                "inLanguage": certificate.language,
                "creator": issuer,
            },
        },
        "credentialStatus": {
            "id": f"{settings.SITE_URL}/certificates/revoked.json", "type": "1EdTechRevocationList"
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }  # fmt: skip


def sign(unsigned: dict[str, Any], key: Ed25519PrivateKey, key_id: str, at: datetime) -> tuple[dict[str, Any], str]:
    """Return (the document with its Data Integrity proof, the document as a compact JWT)."""
    method = f"{issuer_id()}#{key_id}"
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": _stamp(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "@context": unsigned["@context"],
    }
    proof = {**options, "proofValue": "z" + base58(key.sign(_digests(options, unsigned)))}
    # No `sub`: it would repeat an id of the subject, and ours is named, not identified.
    claims = {"iss": unsigned["issuer"]["id"], "jti": unsigned["id"], "nbf": int(at.timestamp())}
    token = jwt.encode({**unsigned, **claims}, key, algorithm="EdDSA", headers={"kid": method})
    return {**unsigned, "proof": proof}, token


def check(credential: Any, keys: Keys) -> tuple[Finding, dict[str, Any]]:
    """Return what the signature of a credential says, and the document inside. Never raises on bad input."""
    if isinstance(credential, str):
        return _check_token(credential.strip(), keys)
    if not isinstance(credential, dict) or not isinstance(credential.get("proof"), dict | list):
        return Finding.MALFORMED, {}
    proofs = credential["proof"] if isinstance(credential["proof"], list) else [credential["proof"]]
    proof = next((p for p in proofs if isinstance(p, dict) and p.get("cryptosuite") == SUITE), None)
    if proof is None:
        return Finding.MALFORMED, {}
    key = keys.get(_key_id(proof.get("verificationMethod")))
    if key is None:
        return Finding.UNKNOWN_KEY, {}
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    is_for_this = proof.get("proofPurpose") == "assertionMethod" and proof.get("@context") == unsigned.get("@context")
    try:
        key.verify(unbase58(str(proof.get("proofValue", ""))[1:]), _digests(options, unsigned))
    except (InvalidSignature, ValueError, RecursionError):
        return Finding.TAMPERED, unsigned
    return (Finding.GENUINE if is_for_this else Finding.TAMPERED), unsigned


def _check_token(token: str, keys: Keys) -> tuple[Finding, dict[str, Any]]:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError):
        return Finding.MALFORMED, {}
    key = keys.get(_key_id(header.get("kid")))
    if key is None:
        return Finding.UNKNOWN_KEY, {}
    try:
        # Dates say nothing about the signature; the audience of a credential is everybody.
        off: Any = {"verify_aud": False, "verify_nbf": False, "verify_iat": False}
        found = jwt.decode(token, key, algorithms=["EdDSA"], options=off)
    except jwt.PyJWTError:
        return Finding.TAMPERED, {}
    return Finding.GENUINE, {name: value for name, value in found.items() if name not in {"iss", "jti", "nbf"}}


def canonical(value: Any) -> bytes:
    """Return JSON in the canonical form of RFC 8785. Raises ValueError on a float: our documents have none."""
    if _has_float(value):
        raise ValueError("a float has no canonical form here")
    # Python escapes as ECMAScript does. Keys are sorted by UTF-16 units, which is by code point but for rare scripts.
    return json.dumps(
        _by_units(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8", "surrogatepass")  # fmt: skip


def _by_units(value: Any) -> Any:
    if isinstance(value, dict):
        ordered = sorted(value, key=lambda name: str(name).encode("utf-16-be", "surrogatepass"))
        return {name: _by_units(value[name]) for name in ordered}
    return [_by_units(item) for item in value] if isinstance(value, list) else value


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_float(item) for item in value.values())
    return any(map(_has_float, value)) if isinstance(value, list) else isinstance(value, float)


def _digests(options: dict[str, Any], unsigned: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(unsigned)).digest()


def multikey(public: bytes) -> str:
    """Return a public key as DID documents write it (Multikey)."""
    return "z" + base58(_ED25519 + public)


def base58(raw: bytes) -> str:
    """Return bytes in the alphabet without look-alikes that multibase calls `z`."""
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _ALPHABET[rest] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    """Raises ValueError on what is not base58, or longer than any signature."""
    if len(text) > 120:
        raise ValueError("too long")
    number = 0
    for char in text:
        number = number * 58 + _ALPHABET.index(char)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _key_id(method: Any) -> str:
    """Return the key that a verification method of this school names; the school may have moved to another address."""
    return method.rpartition("#")[2] if isinstance(method, str) else ""


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
