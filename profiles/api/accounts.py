"""/api/auth/: register, sign in, sign out, who am I, personal tokens."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import OnePage, whole_list
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import NotAllowed
from community_platform.core.network import client_ip
from community_platform.core.ratelimits import hit
from profiles import limits, selectors
from profiles.api import serializers, signing_in
from profiles.authentication import ANY_SCOPE, ApiTokenAuthentication
from profiles.models import ApiToken
from profiles.services import account, referral, tokens


class RegisterView(ApiView):
    """Make an account. It is signed in at once; the e-mail is to be confirmed by the link we send."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="auth_register",
        request=serializers.RegisterInput,
        responses={201: serializers.RegisteredSerializer},
        parameters=[OpenApiParameter("ref", str, description="Referral code of a friend.")],
        auth=[],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = serializers.RegisterInput(data=request.data)
        body.is_valid(raise_exception=True)
        hit(client_ip(request._request), limits.REGISTRATIONS)
        code = request.query_params.get("ref")
        with transaction.atomic():
            user = account.register(**body.validated_data)
            applied = referral.apply_referral(actor=user, arrival=_arrival(request, code or ""))
            signing_in.begin_session(request._request, user)
        answer = "applied" if applied else None if code is None else "ignored"
        user.referral = answer  # type: ignore[attr-defined]  # for the answer only
        return Response(serializers.RegisteredSerializer(user).data, status=201)


def _arrival(request: Request, code: str) -> referral.Arrival:
    cookies, address = request._request.COOKIES, client_ip(request._request)
    return referral.Arrival(code=code[: referral.CODE_HIGH], address=address, cookies=cookies)


class TokenView(ApiView):
    """Sign in and out without cookies."""

    permission_classes = (AllowAny,)
    token_scope = ANY_SCOPE
    failures = {"post": (401, 403)}

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Signing in looks at no credentials but the body's; signing out needs the token itself."""
        return (
            [ApiTokenAuthentication()] if self.request is not None and self.request.method == "DELETE" else []
        )

    @extend_schema(
        operation_id="auth_token_create",
        request=serializers.SignInInput,
        responses={200: serializers.SignedInSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        body = serializers.SignInInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        user = signing_in.check_credentials(
            request._request, login=given["username"], password=given["password"], code=given.get("code", "")
        )
        token, key = tokens.create_sign_in_token(account=user)
        return Response(
            serializers.SignedInSerializer({"token": key, "expires_at": token.expiry, "user": user}).data
        )

    @extend_schema(operation_id="auth_token_revoke", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        if not request.user.is_authenticated:
            self.permission_denied(request)
        tokens.revoke_token(actor=request.user, token=request.auth)
        return Response(status=204)


class MeView(ApiView):
    """Who am I, what may I do, what waits for me."""

    @extend_schema(operation_id="auth_me", responses={200: serializers.MeSerializer})
    def get(self, request: Request) -> Response:
        return Response(serializers.MeSerializer(request.user).data)


class TokensView(ApiView):
    """Personal tokens: named, scoped, expiring keys for programs. The key is in the answer to POST and nowhere else.

    A personal token makes no others. `Idempotency-Key` is not honoured here: keeping the answer would keep the key.
    """

    pagination_class = OnePage

    @extend_schema(operation_id="auth_tokens_list", responses={200: serializers.TokenSerializer(many=True)})
    def get(self, request: Request) -> Response:
        return whole_list(
            list(serializers.TokenSerializer(selectors.live_tokens(request.user), many=True).data)
        )

    @extend_schema(
        operation_id="auth_tokens_create",
        request=serializers.TokenInput,
        responses={201: serializers.NewTokenSerializer},
    )
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, ApiToken) and request.auth.is_personal:
            raise NotAllowed(
                _("A personal token cannot make others. Sign in instead."), code="personal_token"
            )
        body = serializers.TokenInput(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = {"days": None, **body.validated_data}
        token, key = tokens.create_token(actor=request.user, account=request.user, **given)
        token.token = key  # type: ignore[attr-defined]  # for the answer only
        return Response(serializers.NewTokenSerializer(token).data, status=201)


class TokenDetailView(ApiView):
    """One personal token."""

    @extend_schema(operation_id="auth_tokens_revoke", request=None, responses={204: None})
    def delete(self, request: Request, token_id: str) -> Response:
        token = get_or_404(ApiToken.objects.visible_to(request.user), token_key=token_id)
        tokens.revoke_token(actor=request.user, token=token)
        return Response(status=204)
