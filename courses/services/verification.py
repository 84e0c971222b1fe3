"""Checking credentials, and what the school publishes so that others can."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from courses.limits import CREDENTIAL_MAX
from courses.models import Certificate, SigningKey
from courses.services import credentials, signing_keys
from courses.services.credentials import Finding

VALID, REVOKED, TAMPERED, UNKNOWN = "valid", "revoked", "tampered", "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a credential that somebody handed in: `status` and, where we issued it, our certificate."""

    status: str
    certificate: Certificate | None = None


def check(handed_in: str | dict[str, Any]) -> Checked:
    """Check a credential: JSON with a proof or a compact JWT. Never raises, whatever it is. At most three queries.

    The signature is checked against the school's keys, not against what is stored: a stored row proves nothing.
    """
    finding, document = credentials.check(_parsed(handed_in), _keys())
    if finding is Finding.TAMPERED:
        return Checked(TAMPERED)
    if finding is not Finding.GENUINE:
        return Checked(UNKNOWN)
    code = _code(document.get("id"))
    row = Certificate.objects.filter(uuid=code).select_related("course").first() if code else None
    if row is None:
        return Checked(UNKNOWN)  # its holder's account was erased
    return Checked(VALID if row.is_valid else REVOKED, row)


def is_genuine(certificate: Certificate) -> bool:
    """Tell whether what is stored is what was signed, and names this holder and course. One query.

    Who changes a row of the database behind the site's back cannot sign it.
    """
    finding, document = credentials.check(certificate.credential, _keys())
    if finding is not Finding.GENUINE or _code(document.get("id")) != certificate.uuid:
        return False
    subject = document["credentialSubject"]
    said = (subject["identifier"][0]["identityHash"], subject["achievement"]["name"])
    return said == (certificate.holder_name, certificate.course_title)


def did_document() -> dict[str, Any]:
    """Return the school's DID document: the public keys, retired ones included, for they still verify."""
    did = credentials.issuer_id()
    rows = list(SigningKey.objects.order_by("pk"))
    methods = [
        {
            "id": f"{did}#{row.key_id}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": credentials.multikey(signing_keys.public_bytes(row)),
        }
        for row in rows
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": [settings.SITE_URL],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def key_set() -> dict[str, Any]:
    """Return the same keys as a JSON Web Key Set, for programs that check the JWT."""
    did = credentials.issuer_id()
    rows = SigningKey.objects.order_by("pk")
    return {"keys": [{**json.loads(row.public_key), "kid": f"{did}#{row.key_id}"} for row in rows]}


def _keys() -> dict[str, Any]:
    return {row.key_id: signing_keys.public_half(row) for row in SigningKey.objects.all()}


def _parsed(handed_in: str | dict[str, Any]) -> Any:
    if not isinstance(handed_in, str):
        return handed_in
    text = handed_in.strip()[:CREDENTIAL_MAX]
    if not text.startswith("{"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _code(address: Any) -> UUID | None:
    try:
        return UUID(str(address).rstrip("/").rpartition("/")[2])
    except ValueError:
        return None
