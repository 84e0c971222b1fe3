"""allauth's door to the accounts: its forms write by our services, its facts become our events."""

import logging
from collections.abc import Iterable
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation
from kombu.exceptions import OperationalError

from community_platform.core import realtime
from community_platform.core.errors import Invalid
from profiles import tasks
from profiles.models import User
from profiles.services import account, referral

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
            referral.apply_referral(actor=user, code=request.GET.get("ref", ""))
        return user

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


def _signed_up(user: User, sociallogin: Any = None, **_kwargs: Any) -> None:
    if sociallogin is not None:  # otherwise `register` has announced it
        account.welcome(user=user)


def _password_changed(user: User, **_kwargs: Any) -> None:
    account.end_sign_ins(user=user)


def _logged_out(request: HttpRequest, **_kwargs: Any) -> None:
    if request.session.session_key:
        realtime.end_session(request.session.session_key)


def _html_body(template_prefix: str, values: dict[str, Any]) -> str:
    try:
        return render_to_string(f"{template_prefix}_message.html", values).strip()
    except TemplateDoesNotExist:
        return ""


def _hand_over(mail: dict[str, str]) -> None:
    try:
        tasks.deliver_mail.delay(**mail)
    except OperationalError:
        # No queue: better a slower request than a person without the link.
        logger.warning("queue unreachable; sending mail in the request")
        tasks.deliver_mail(**mail)
