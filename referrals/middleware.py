"""A link with `?ref=` is remembered by a cookie, and each browser has a signed name by which it is known again."""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from referrals import limits
from referrals.models import ReferralCode
from referrals.selectors import traces
from referrals.selectors.codes import usable_code
from referrals.services import codes, devices

GetResponse = Callable[[HttpRequest], HttpResponse]


class remember_invitation:  # noqa: N801 - named like the function it acts as
    """Keep the code of the last link that works for 30 days, for whoever has no account; members need none.

    The page itself is shown, not a redirect: it says at once who invites, and its canonical address has no code.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = _followed(request)
        if code is not None:
            request.invitation = code  # type: ignore[attr-defined]
        response = self.get_response(request)
        token = getattr(request, "new_device", "")
        if token:
            _keep(response, limits.DEVICE_COOKIE, token, limits.DEVICE_SALT, limits.DEVICE_SECONDS)
        if code is not None:
            patch_cache_control(response, private=True, no_store=True)
            _keep(response, limits.CODE_COOKIE, code.code, limits.CODE_SALT, int(limits.ATTRIBUTION.total_seconds()))
        elif limits.CODE_COOKIE in request.COOKIES and request.user.is_authenticated:
            response.delete_cookie(limits.CODE_COOKIE, samesite="Lax")
        return response


def invitation(request: HttpRequest) -> ReferralCode | None:
    """Return the code by which a visitor comes: of this address, else of the link they followed. One query at most."""
    if not hasattr(request, "invitation"):
        word = traces.code_in(request.COOKIES)
        request.invitation = usable_code(word) if word else None  # type: ignore[attr-defined]
    found: ReferralCode | None = request.invitation  # type: ignore[attr-defined]
    return found


def connect() -> None:
    """Hear of sign-ins, whichever door they come through."""
    user_logged_in.connect(_signed_in, dispatch_uid="referrals.signed_in")


def _followed(request: HttpRequest) -> ReferralCode | None:
    word = request.GET.get("ref", "")
    if request.method != "GET" or not limits.CODE.match(word) or request.path.startswith(("/api/", "/admin/")):
        return None
    if request.user.is_authenticated:
        return None
    code = usable_code(word)
    if code is not None and traces.code_in(request.COOKIES) != code.code and not settings.READ_ONLY:
        codes.count_click(code=code)
    return code


def _signed_in(request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    if "REMOTE_ADDR" not in request.META or settings.READ_ONLY:
        return
    token = traces.device_of(request.COOKIES)
    if not token:
        token = secrets.token_urlsafe(18)
        request.new_device = token  # type: ignore[attr-defined]
    devices.remember(user_id=user.pk, token=token)


def _keep(response: HttpResponse, name: str, value: str, salt: str, seconds: int) -> None:
    response.set_cookie(
        name, signing.TimestampSigner(salt=salt).sign(value), max_age=seconds, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
