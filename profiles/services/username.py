"""Changing one's user name: old addresses lead to the new one, and nobody else ever gets the old name."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from profiles import limits
from profiles.models import FormerUsername, User
from profiles.services.account import check_username
from profiles.services.profile import save


def change_username(*, actor: Any, account: User, username: str) -> User:
    """Give the account another user name and return it. Going back to a former name of one's own is possible.

    Raises: NotAllowed (rule profiles.edit_profile), Invalid on `username`, TooFast.  Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.edit_profile", account)
    if username == account.username:
        return account
    wanted = username.strip()
    if wanted.lower() != account.username.lower():  # another spelling of the same name is free
        wanted = check_username(username=username, account=account)
    hit(account.pk, limits.USERNAME_CHANGES)
    try:
        with transaction.atomic():
            account = User.objects.lock(account.pk)
            former = account.username.lower()
            FormerUsername.objects.filter(username=wanted.lower(), user=account).delete()
            if former != wanted.lower():
                FormerUsername.objects.update_or_create(
                    username=former, defaults={"user": account, "changed_at": timezone.now()}
                )
            account.username = wanted
            save(account, "username")
    except IntegrityError as error:
        raise Invalid(_("This name is taken. Choose another one."), code="taken", field="username") from error
    return account
