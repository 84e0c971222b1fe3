"""Who calls the API: a session with CSRF, or `Authorization: Token <key>`."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from profiles.models import ApiToken, User
from profiles.services.penalties import ensure_may_enter

TOUCH = timedelta(hours=1)
ANY_SCOPE = "any"


class ApiTokenAuthentication(BaseAuthentication):
    """A token's key is found by its digest. Scopes: `read` for safe methods, `write` for others.

    A view with `token_scope = "ingest"` asks for that scope alone, one with `token_scope = ANY_SCOPE` for none.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("Invalid token."))
        token = self._token(parts[1])
        self._check_scope(request, token)
        return token.account, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"

    def _token(self, key: bytes) -> ApiToken:
        try:
            digest = hash_token(key.decode("ascii"))
        except (UnicodeDecodeError, ValueError, TypeError) as error:
            raise AuthenticationFailed(_("Invalid token.")) from error
        token = ApiToken.objects.filter(digest=digest).first()
        user = User.objects.with_roles().filter(pk=token.user_id, is_active=True).first() if token else None
        if token is None or user is None or token.is_expired:
            raise AuthenticationFailed(_("Invalid token."))
        ensure_may_enter(user)
        now = timezone.now()
        is_stale = token.last_used_at is None or token.last_used_at < now - TOUCH
        if is_stale and not settings.READ_ONLY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.account = user  # type: ignore[attr-defined]  # the user with roles
        return token

    def _check_scope(self, request: Request, token: ApiToken) -> None:
        view: Any = (request.parser_context or {}).get("view")
        needed = getattr(view, "token_scope", None) or ("read" if request.method in SAFE_METHODS else "write")
        if needed != ANY_SCOPE and needed not in token.scope_set:
            text = _("This token lacks the scope “%(scope)s”.") % {"scope": needed}
            raise PermissionDenied(text, code="missing_scope")


class ApiSessionAuthentication(SessionAuthentication):
    """The browser's session; no session is 401, not 403."""

    def authenticate_header(self, request: HttpRequest) -> str:
        return "Session"


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ApiTokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Token <key>`"}


class ApiSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ApiSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
