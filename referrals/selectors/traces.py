"""What two accounts of one person have in common: the mailbox, the browser, the address. Kept as keyed hashes only."""

from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from django.core import signing
from django.utils.crypto import salted_hmac

from referrals import limits

DISPOSABLE = Path(__file__).resolve().parent.parent / "data" / "disposable_domains.txt"
SAME_PROVIDER = {"googlemail.com": "gmail.com", "ya.ru": "yandex.ru", "yandex.com": "yandex.ru", "pm.me": "proton.me"}
DOTLESS = {"gmail.com"}  # there a.nna and anna are one mailbox


def digest(kind: str, value: str) -> str:
    """Return a keyed hash that tells equal values of one kind, and nothing else; empty for nothing."""
    return salted_hmac(f"referrals.{kind}", value, algorithm="sha256").hexdigest() if value else ""


def mailbox(email: str) -> str:
    """Return the mailbox behind an address: without case, tag, and the dots that its provider ignores."""
    local, _at, domain = email.strip().lower().rpartition("@")
    domain = SAME_PROVIDER.get(domain, domain)
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in DOTLESS else local}@{domain}"


def is_disposable(email: str) -> bool:
    """Tell whether anybody can read this mailbox for some minutes: its domain or one above it is on the list."""
    parts = email.rpartition("@")[2].lower().split(".")
    return any(".".join(parts[n:]) in _disposable() for n in range(len(parts) - 1))


@cache
def _disposable() -> frozenset[str]:
    lines = DISPOSABLE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def address_digest(address: str) -> str:
    """Return the hash of a network address: of an IPv6 one its network. Loopback is never a sign of anything."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.is_loopback:
        return ""
    return digest("address", str(found) if found.version == 4 else found.exploded[:19])


def device_of(cookies: Mapping[str, str]) -> str:
    """Return the token of this browser; empty without one that we have signed."""
    return _signed(cookies.get(limits.DEVICE_COOKIE, ""), limits.DEVICE_SALT, limits.DEVICE_SECONDS)


def code_in(cookies: Mapping[str, str]) -> str:
    """Return the code of the link that this browser followed in the last 30 days; whatever a cookie holds, no error."""
    seconds = int(limits.ATTRIBUTION.total_seconds())
    return _signed(cookies.get(limits.CODE_COOKIE, ""), limits.CODE_SALT, seconds)


def _signed(value: str, salt: str, max_age: int) -> str:
    if not value:
        return ""
    try:
        return signing.TimestampSigner(salt=salt).unsign(value, max_age=max_age)
    except signing.BadSignature:
        return ""
