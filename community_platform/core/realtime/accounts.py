"""Who is behind a socket: session cookie or ticket, allowed Origin, an account in good standing."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_backends, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from community_platform.core.errors import NotSignedIn
from community_platform.core.models import SocketTicket
from community_platform.core.ratelimits import Limit, hit
from community_platform.core.realtime.connection import session_digest
from community_platform.core.realtime.limits import TICKET_SECONDS

Barred = Callable[[Iterable[int]], set[int]]
SignIns = Callable[[Iterable[int]], Iterable[str]]

TICKETS = Limit("ws-ticket", 60, 60)
_barred: list[Barred] = []
_sign_ins: list[SignIns] = []
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True, slots=True)
class Account:
    """A signed-in person at the moment a socket opens; with a ticket there is no session key."""

    user_id: int
    session_key: str = ""
    auth_hash: str = ""  # changes with the password
    sign_in: str = ""  # digest of the session or token that a ticket was made with


def register_barred(barred: Barred) -> None:
    """Keep people off sockets: `barred(ids)` returns those of `ids` who may not use the site. One query."""
    if barred not in _barred:
        _barred.append(barred)


def barred_ids(ids: Iterable[int]) -> set[int]:
    """Return those of `ids` who are gone, deactivated or barred by an app."""
    asked = set(ids)
    active = get_user_model().objects.filter(pk__in=asked, is_active=True).values_list("pk", flat=True)
    return (asked - set(active)).union(*(barred(asked) for barred in _barred))


def register_sign_ins(sign_ins: SignIns) -> None:
    """Let `sign_ins(ids)` name the session keys and token digests that people are signed in with now."""
    if sign_ins not in _sign_ins:
        _sign_ins.append(sign_ins)


def ended_sign_ins(tickets: Collection[tuple[int, str]]) -> set[str]:
    """Return those sign-ins (digests) with which nobody is signed in any more, of pairs with the person's id."""
    people = {user_id for user_id, _digest in tickets}
    standing = {session_digest(key) for sign_ins in _sign_ins for key in sign_ins(people)}
    return {digest for _user_id, digest in tickets} - standing if _sign_ins else set()


def load_user(user_id: int) -> Any:
    """Return the person as their own requests would see them, or AnonymousUser when there is none any more."""
    return get_backends()[0].get_user(user_id) or AnonymousUser()


# Session cookie


def cookie_value(headers: Mapping[str, str], name: str) -> str:
    """Return one cookie of the handshake, or the empty string."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def open_session(session_key: str) -> SessionBase:
    """Return the stored session; an unknown or expired key reads as an empty one."""
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return session


def account_of_session(session_key: str) -> Account | None:
    """Return who is signed in with this session, or None.

    Unlike `django.contrib.auth.get_user` it never rotates or flushes the session: a handshake cannot set the cookie.
    """
    session = open_session(session_key)
    try:
        user_id = get_user_model()._meta.pk.to_python(session[SESSION_KEY])
        stored = session[HASH_SESSION_KEY]
    except KeyError:
        return None
    user = get_user_model().objects.filter(pk=user_id).first()
    if user is None or not any(constant_time_compare(stored, known) for known in session_hashes(user)):
        return None
    return Account(user_id=user.pk, session_key=session_key, auth_hash=user.get_session_auth_hash())


def session_hashes(user: Any) -> list[str]:
    """Return what a valid session of `user` may carry: made with today's secret key or a former one."""
    return [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]


# Tickets


def issue_ticket(*, actor: Any, sign_in: str = "") -> tuple[str, datetime]:
    """Return a key that opens one socket as `actor` within 30 seconds, and when it expires.

    `sign_in` is the session key or the token's digest: `end_session` of it closes the socket.
    Raises: NotSignedIn, TooFast.
    """
    if not actor.is_authenticated:
        raise NotSignedIn
    hit(actor.pk, TICKETS)
    ticket = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(seconds=TICKET_SECONDS)
    SocketTicket.objects.create(
        digest=_ticket_digest(ticket),
        user=actor,
        expires_at=expires_at,
        sign_in=session_digest(sign_in) if sign_in else "",
    )
    return ticket, expires_at


def account_of_ticket(ticket: str) -> Account | None:
    """Use up `ticket` and return its owner; None when it is unknown, expired or used. Of two racing uses one wins."""
    now = timezone.now()
    row = SocketTicket.objects.filter(digest=_ticket_digest(ticket))
    if not row.filter(used_at=None, expires_at__gt=now).update(used_at=now):
        return None
    user_id, sign_in = row.values_list("user_id", "sign_in").get()
    return Account(user_id=user_id, sign_in=sign_in)


def _ticket_digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


# Origin


def is_allowed_origin(origin: str, host: str) -> bool:
    """Tell whether a page of `origin` may open a socket with our cookie.

    With WEBSOCKET_ORIGINS it must be one of them exactly (scheme, host, port); without, it must be the very host and
    port that the handshake was sent to, so that the demo works on any address.
    """
    page = _origin_parts(origin)
    if page is None:
        return False
    if settings.WEBSOCKET_ORIGINS:
        return page in {_origin_parts(allowed) for allowed in settings.WEBSOCKET_ORIGINS}
    return page == _origin_parts(f"{page[0]}://{host}")


def _origin_parts(origin: str) -> tuple[str, str, int] | None:
    """Return (scheme, host, port), or None for anything that is not a plain origin (`null`, userinfo, a path)."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    extra = parts.username is not None or parts.path or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or extra:
        return None
    return parts.scheme, parts.hostname.lower(), port or _PORTS[parts.scheme]
