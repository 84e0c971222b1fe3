"""What a person prefers, applied to each request; when their session was seen; who may not enter; who looks as whom."""

import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve, reverse_lazy
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from community_platform.core.errorpages import error_page
from community_platform.core.errors import NotAllowed
from profiles import choices
from profiles.services import support
from profiles.services.penalties import ensure_may_enter

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_SECONDS = 600
SUPPORT_KEY = "support_view"  # in the session of the administrator


class user_language:  # noqa: N801 - named like the function it acts as
    """Choose the language: the saved choice (cookie) first, else the browser's. The account's wins later."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as LocaleMiddleware does
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        patch_vary_headers(response, ("Accept-Language",))
        return response


class user_preferences:  # noqa: N801
    """Apply the signed-in person's language and time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            if user.language in choices.language_codes():
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language  # type: ignore[attr-defined]
            if user.timezone in choices.timezone_names():
                timezone.activate(zoneinfo.ZoneInfo(user.timezone))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class session_seen:  # noqa: N801
    """Keep the list of sessions fresh: one write in ten minutes of a session, none on the other requests."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        counts = key and request.user.is_authenticated and not settings.READ_ONLY
        if counts and cache.add(f"seen:{key}", 1, timeout=SEEN_SECONDS):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class good_standing:  # noqa: N801
    """Answer 403 with the reason to whatever a suspended person asks for, except for the way out."""

    _open = (reverse_lazy("account_logout"), reverse_lazy("set_language"))

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.path not in map(str, self._open):
            try:
                ensure_may_enter(request.user)
            except NotAllowed as error:
                return error_page(request, 403, error)
        return self.get_response(request)


class support_view:  # noqa: N801
    """Answer an administrator as the person whose view they took (`profiles.services.support`), and write it down.

    Only the request's user is another one; session and sign-in stay the administrator's own. Nothing that is asked for
    changes anything: other methods than GET and HEAD are refused, and what a page writes by being shown (a visit, a
    reading mark) is rolled back with the transaction that it is shown in.
    """

    _ends = (reverse_lazy("profiles:support-stop"), reverse_lazy("account_logout"))

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.support = None  # type: ignore[attr-defined]  # templates and panels ask for it
        kept = request.session.get(SUPPORT_KEY) if request.session.session_key else None
        if kept is None or not request.user.is_authenticated:
            return self.get_response(request)
        if request.method == "POST" and request.path in map(str, self._ends):
            return self.get_response(request)
        view = support.resume_view(
            actor=request.user, person_id=kept["person"], until=datetime.fromtimestamp(kept["until"], UTC),
            reason=kept["reason"],
        )  # fmt: skip
        if view is None:
            return self._end(request, kept)
        request.support = view  # type: ignore[attr-defined]
        name, route = _route(request)
        is_refused = request.method not in {"GET", "HEAD"} or not support.is_open(name)
        if is_refused or name not in support.UNLOGGED:
            support.note_page(view, route=f"{request.method} {route}", is_refused=is_refused)
        if is_refused:
            refusal = NotAllowed(_("This is not shown while you view the site as somebody else."))
            return error_page(request, 403, refusal)
        with transaction.atomic():
            request.user = view.person
            response = self.get_response(request)
            transaction.set_rollback(True)
        response["Cache-Control"] = "private, no-store"
        return response

    def _end(self, request: HttpRequest, kept: dict[str, int]) -> HttpResponse:
        """Go on as oneself; a form that was filled in as somebody else is not sent."""
        del request.session[SUPPORT_KEY]
        support.stop_view(actor=request.user, person_id=kept["person"], has_expired=True)
        if request.method not in {"GET", "HEAD"}:
            return error_page(request, 403, NotAllowed(_("The view as somebody else is over.")))
        return self.get_response(request)


def _route(request: HttpRequest) -> tuple[str, str]:
    """Return the name of the page, and with it its numbers: names of people do not belong into the log."""
    try:
        match = resolve(request.path_info)
    except Http404:
        return "", "-"
    numbers = (f"{key}={value}" for key, value in match.kwargs.items() if isinstance(value, int))
    return match.view_name, " ".join((match.view_name, *numbers))
