"""What a person prefers, applied to each request; and when their session was seen."""

import zoneinfo
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from profiles import choices

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_SECONDS = 600


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
