"""Leaving mails by the link in them (RFC 8058), without signing in.

The token is signed and never expires: a mail of last year must still let go. It can do this one thing only.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction

from community_platform.core.errors import NotFound
from notifications.models import Digest, NotificationPreference, NotificationSetting, Unsubscription
from notifications.selectors.preferences import kinds_of
from profiles.models import User

SALT = "notifications.unsubscribe"
DIGEST = "digest"
ALL = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose mails of which category are to end; "" is every category."""

    user: User
    scope: str


def address_of(user: Any, scope: str) -> str:
    """Return the absolute address that ends the mails of this category to `user`."""
    token = signing.dumps([user.pk, scope], salt=SALT)
    return f"{settings.SITE_URL}/notifications/unsubscribe/{token}/"


def read(token: str) -> Wish:
    """Return what `token` asks for. Raises NotFound for one that is not ours or of an account that is gone."""
    try:
        pk, scope = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None:
        raise NotFound
    return Wish(user, scope)


def unsubscribe(*, actor: User, scope: str) -> None:
    """End the mails of a category to `actor`; again changes nothing. It holds for kinds that come later, too.

    The choices about single kinds that were made before are overruled: whoever clicks this wants no more.
    """
    with transaction.atomic():
        actor = User.objects.lock(actor.pk)
        if scope in {DIGEST, ALL}:
            NotificationSetting.objects.update_or_create(user=actor, defaults={"digest": Digest.OFF})
        if scope != DIGEST:
            Unsubscription.objects.get_or_create(user=actor, category=scope)
            chosen = NotificationPreference.objects.filter(user=actor, channel="email", is_on=True)
            if scope != ALL:
                chosen = chosen.filter(kind__in=kinds_of(scope))
            chosen.update(is_on=False)


def resubscribe(*, actor: User, scope: str) -> None:
    """Take back what `unsubscribe` did by mistake: the defaults hold again for what was not chosen kind by kind."""
    with transaction.atomic():
        actor = User.objects.lock(actor.pk)
        if scope in {DIGEST, ALL}:
            NotificationSetting.objects.filter(user=actor, digest=Digest.OFF).update(digest=Digest.WEEKLY)
        Unsubscription.objects.filter(user=actor, category=scope).delete()
