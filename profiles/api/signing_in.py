"""Checking who calls, at the API's door: password, second factor, failures counted."""

import hashlib
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.signup import complete_signup
from allauth.account.utils import setup_user_email
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, NotAllowed, NotSignedIn
from community_platform.core.network import client_ip
from community_platform.core.ratelimits import give_back, hit
from profiles import limits, selectors
from profiles.models import User
from profiles.services.penalties import ensure_may_enter


def begin_session(request: HttpRequest, user: User) -> None:
    """Let allauth do what follows a sign-up: the confirmation mail and, unless that is mandatory first, the session."""
    setup_user_email(request, user, [])
    complete_signup(request, user=user)


def check_credentials(request: HttpRequest, *, login: str, password: str, code: str) -> User:
    """Return the person, or refuse. Wrong name, wrong password and closed account answer alike.

    A place among the failures is taken first and given back on success, so parallel guesses are counted too.
    Raises: NotSignedIn, Invalid (`mfa_required`, `mfa_invalid` on `code`), NotAllowed (`suspended`,
    `email_unconfirmed`), TooFast.
    """
    address = client_ip(request)
    failures = f"{hashlib.sha256(login.strip().lower().encode(errors='replace')).hexdigest()}:{address}"
    hit(address, limits.SIGN_IN_ATTEMPTS)
    hit(failures, limits.SIGN_IN_FAILURES)
    user = _person(request, login.strip(), password)
    if user is None:
        raise NotSignedIn(_("Wrong name or password."), code="invalid_credentials")
    if is_mfa_enabled(user):
        if not code:
            give_back(failures, limits.SIGN_IN_FAILURES)
            raise Invalid(
                _("Give the code of your authenticator app too."), code="mfa_required", field="code"
            )
        _check_code(user, code)
    give_back(failures, limits.SIGN_IN_FAILURES)
    ensure_may_enter(user)
    if settings.EMAIL_VERIFICATION == "mandatory" and not selectors.is_email_confirmed(user):
        raise NotAllowed(_("Confirm your e-mail first; we sent you a link."), code="email_unconfirmed")
    return user


def _person(request: HttpRequest, login: str, password: str) -> User | None:
    if max(len(login), len(password)) > limits.LOGIN_HIGH:
        return None  # nobody's; SQLite refuses to compare, and hashing it would cost
    user: Any = authenticate(request, username=login, password=password)
    # allauth keeps a closed account whose password was right for its next sign-in form: not ours.
    AuthenticationBackend.unstash_authenticated_user()
    return user if isinstance(user, User) else None


def _check_code(user: User, code: str) -> None:
    form: Any = AuthenticateForm(data={"code": code}, user=user)
    if not form.is_valid():
        raise Invalid(_("This code is wrong or was used already."), code="mfa_invalid", field="code")
    form.authenticator.record_usage()
