"""What a person is to the school."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import realtime
from community_platform.core.errors import Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from profiles.events import ProfileChanged
from profiles.models import Role, User
from profiles.models.user import GROUPS

STAFF = frozenset({Role.MODERATOR, Role.ADMIN})  # who may open the admin


def set_role(*, actor: Any, account: User, role: str) -> User:
    """Give `account` this role instead of the one it has, and return it with roles loaded.

    Nobody changes their own role, so an administrator always remains.
    Raises: NotAllowed (rule profiles.manage_account), Invalid.  Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.manage_account", account)
    if role not in Role.values:
        raise Invalid(_("There is no such role."), code="unknown_role", field="role")
    wanted = Role(role)
    with transaction.atomic():
        account = User.objects.lock(account.pk)
        account.groups.remove(*Group.objects.filter(name__in=GROUPS))
        if wanted.group:
            account.groups.add(Group.objects.get_or_create(name=wanted.group)[0])
        account.is_staff = wanted in STAFF or account.is_superuser
        account.save(update_fields=["is_staff"])
        realtime.recheck(user_id=account.pk)  # what a moderator hears is not for everybody
        publish(ProfileChanged(user_id=account.pk))
    return User.objects.with_roles().get(pk=account.pk)
