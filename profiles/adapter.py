"""allauth's door to the accounts: its forms write by our services, its facts become our events."""

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from allauth.account import signals as account_signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context as request_context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from community_platform.core import realtime
from community_platform.core.errorpages import error_page
from community_platform.core.errors import Invalid, NotAllowed
from community_platform.core.network import client_ip
from profiles import tasks
from profiles.models import ApiToken, User
from profiles.services import account, onboarding, referral
from profiles.services.penalties import ensure_may_enter

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up through pages writes by the same service as the API."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        data = form.cleaned_data
        if not data.get("password1"):
            # A social sign-up: allauth stores this very instance, and `announce` publishes it.
            return super().save_user(request, user, form, commit=False)
        with transaction.atomic():
            user = account.register(
                username=data["username"],
                email=data["email"],
                password=data["password1"],
                language=translation.get_language() or "",
                timezone=request.POST.get("timezone") or request.COOKIES.get("timezone") or "",
            )
            referral.apply_referral(actor=user, arrival=_arrival(request))
        return user

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Refuse a suspended person, whichever way they came, once they have proved who they are."""
        try:
            ensure_may_enter(user)
        except NotAllowed as error:
            clear_login(request)
            return error_page(request, 403, error)
        return super().pre_login(request, user, **kwargs)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Lead a new member to the one question of the beginning, and on to where they wanted to go."""
        return _by_the_question(super().get_signup_redirect_url(request))

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """As after joining: whoever joined by the API, or left the question open, is asked when they confirm."""
        onward: str = super().get_email_verification_redirect_url(email_address)
        request = request_context.request
        mine = request is not None and request.user.is_authenticated and request.user.pk == email_address.user_id
        return _by_the_question(onward) if mine and not onboarding.is_answered(email_address.user) else onward

    def clean_username(self, username: str, shallow: bool = False) -> str:
        if shallow:  # allauth proposes a name and looks itself whether it is free
            return super().clean_username(username, shallow=True)
        try:
            return account.check_username(username)
        except Invalid as error:
            raise ValidationError(error.message, code=error.code) from error

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing to programs: the next page of the same browser would show it."""
        if not request.path.startswith("/api/"):
            super().add_message(request, *args, **kwargs)

    def format_email_subject(self, subject: str) -> str:
        return f"{subject} · {settings.SITE_NAME}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render in the language of the person and send after commit, by a worker."""
        person, request = context.get("user"), request_context.request
        with translation.override(getattr(person, "language", "") or translation.get_language()):
            values = {
                "request": request,
                "email": email,
                "site_name": settings.SITE_NAME,
                "site_url": request.build_absolute_uri("/").rstrip("/") if request else settings.SITE_URL,
                **context,
            }
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", values).split())
            mail = {
                "subject": self.format_email_subject(subject),
                "text": render_to_string(f"{template_prefix}_message.txt", values).strip() + "\n",
                "html": _html_body(template_prefix, values),
                "to": email,
            }

        def send() -> None:
            _hand_over(mail)

        transaction.on_commit(send, robust=True)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ending a session on the list of sessions ends its sockets too."""

    def end_sessions(self, sessions: Iterable[Any]) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        for session in ended:
            realtime.end_session(session.session_key)


def connect() -> None:
    """Hear what allauth and Django report about accounts."""
    account_signals.email_confirmed.connect(_email_confirmed, dispatch_uid="profiles.email_confirmed")
    account_signals.user_signed_up.connect(_signed_up, dispatch_uid="profiles.signed_up")
    for name in ("password_changed", "password_set", "password_reset"):
        getattr(account_signals, name).connect(_password_changed, dispatch_uid=f"profiles.{name}")
    user_logged_out.connect(_logged_out, dispatch_uid="profiles.logged_out")


def _email_confirmed(email_address: Any, **_kwargs: Any) -> None:
    account.confirm_email(user=email_address.user, email=email_address.email)


def _signed_up(request: HttpRequest, user: User, sociallogin: Any = None, **_kwargs: Any) -> None:
    if sociallogin is not None:  # otherwise `register` has announced it
        with transaction.atomic():
            referral.apply_referral(actor=user, arrival=_arrival(request))
            account.welcome(user=user)


def _arrival(request: HttpRequest) -> referral.Arrival:
    """Return how the person behind a page came: links are remembered by a cookie, the address names a code first."""
    code = request.GET.get("ref", "")[: referral.CODE_HIGH]
    return referral.Arrival(code=code, address=client_ip(request), cookies=request.COOKIES)


def _password_changed(user: User, **_kwargs: Any) -> None:
    account.end_sign_ins(user=user)


def sign_ins_of(ids: Iterable[int]) -> list[str]:
    """Return the keys of the sessions and the digests of the tokens that still hold. Two queries."""
    people = list(ids)
    good = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    sessions = UserSession.objects.filter(user__in=people, session_key__in=good)
    tokens = ApiToken.objects.live().filter(user__in=people)
    return [*sessions.values_list("session_key", flat=True), *tokens.values_list("digest", flat=True)]


def _logged_out(request: HttpRequest, **_kwargs: Any) -> None:
    if request.session.session_key:
        realtime.end_session(request.session.session_key)


def _html_body(template_prefix: str, values: dict[str, Any]) -> str:
    try:
        return render_to_string(f"{template_prefix}_message.html", values).strip()
    except TemplateDoesNotExist:
        return ""


def _by_the_question(onward: str) -> str:
    return f"{resolve_url('profiles:welcome')}?{urlencode({'next': resolve_url(onward)})}"


def _hand_over(mail: dict[str, str]) -> None:
    try:
        tasks.deliver_mail.delay(**mail)
    except OperationalError:
        # No queue: better a slower request than a person without the link.
        logger.warning("queue unreachable; sending mail in the request")
        tasks.deliver_mail(**mail)
