"""Keys of programs: made, revoked. Only their digests are stored."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import realtime, text
from community_platform.core.errors import Conflict, Invalid, NotFound
from community_platform.core.permissions import SYSTEM, ensure
from community_platform.core.ratelimits import hit
from profiles import limits
from profiles.models import ApiToken, Scope, User

SIGN_IN_SCOPES = (Scope.READ, Scope.WRITE)


def create_token(
    *, actor: Any, account: User, name: str, scopes: Iterable[str], days: int | None
) -> tuple[ApiToken, str]:
    """Make a personal token and return it with its key, which nobody can read again.

    `days` is 1..365; only a token for nothing but `ingest` may go without (None), and only an administrator makes one.
    Raises: NotAllowed (rules profiles.manage_tokens, profiles.issue_ingest_token), Invalid, Conflict, TooFast.
    """
    ensure(actor, "profiles.manage_tokens", account)
    wanted = _valid_scopes(scopes)
    if Scope.INGEST in wanted:
        ensure(actor, "profiles.issue_ingest_token", account)
    name = text.clean(name, field="name", high=limits.TOKEN_NAME_HIGH, multiline=False)
    expiry = _valid_lifetime(days, wanted)
    if actor is not SYSTEM:
        hit(account.pk, limits.TOKENS_MADE)
    with transaction.atomic():
        account = User.objects.lock(account.pk)
        if ApiToken.objects.filter(user=account, is_personal=True).live().count() >= limits.TOKENS_PER_PERSON:
            raise Conflict(_("You have too many tokens. Revoke one first."), code="too_many_tokens")
        token, key = ApiToken.objects.create(
            user=account, expiry=expiry, name=name, scopes=" ".join(wanted), is_personal=True
        )
    return token, key


def create_sign_in_token(*, account: User) -> tuple[ApiToken, str]:
    """Make the token that signing in over the API answers with. The caller has checked who it is."""
    with transaction.atomic():
        ApiToken.objects.filter(user=account, is_personal=False).expired().delete()
        token, key = ApiToken.objects.create(
            user=account, expiry=timedelta(days=settings.API_TOKEN_DAYS), scopes=" ".join(SIGN_IN_SCOPES)
        )
    return token, key


def revoke_token(*, actor: Any, token: ApiToken) -> None:
    """Make `token` useless at once; sockets opened with its tickets close. Owners revoke their own, administrators any.

    Raises: NotFound when the token is somebody else's, as if it did not exist.
    """
    if actor is not SYSTEM and actor.pk != token.user_id and not actor.is_admin:
        raise NotFound
    with transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).delete()
        realtime.end_session(token.digest)


def _valid_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    wanted = set(scopes)
    if not wanted:
        raise Invalid(_("Choose at least one scope."), code="required", field="scopes")
    if wanted - set(Scope.values):
        raise Invalid(_("There is no such scope."), code="unknown_scope", field="scopes")
    return tuple(scope for scope in Scope.values if scope in wanted)


def _valid_lifetime(days: int | None, scopes: tuple[str, ...]) -> timedelta | None:
    if days is None and scopes == (Scope.INGEST,):
        return None
    if days is None or not 1 <= days <= limits.TOKEN_DAYS_HIGH:
        raise Invalid(
            _("Choose 1 to %(n)d days.") % {"n": limits.TOKEN_DAYS_HIGH}, code="lifetime", field="days"
        )
    return timedelta(days=days)
