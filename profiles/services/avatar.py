"""A person's picture."""

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from community_platform.core.images import Upload, square
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from profiles import limits
from profiles.models import User
from profiles.services.profile import locked, save


def set_avatar(*, actor: Any, account: User, upload: Upload, expected_revision: int | None = None) -> User:
    """Store `upload` as a square WebP under a new name and return the account; the old picture is removed.

    Raises: NotAllowed (rule profiles.edit_profile), TooLarge, WrongType and Invalid on `avatar`, Stale, TooFast.
    Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.edit_profile", account)
    hit(account.pk, limits.AVATARS)  # before decoding, which is what costs
    picture = ContentFile(
        square(upload, side=limits.AVATAR_SIDE, field="avatar"), name=f"{uuid.uuid4().hex}.webp"
    )
    stored = ""
    try:
        with transaction.atomic():
            account = locked(account, expected_revision)
            delete_on_commit(account)
            account.avatar.save(picture.name or "", picture, save=False)
            stored = account.avatar.name or ""
            save(account, "avatar")
    except BaseException:
        if stored:
            account.avatar.storage.delete(stored)
        raise
    return account


def remove_avatar(*, actor: Any, account: User, expected_revision: int | None = None) -> User:
    """Go back to initials and return the account.

    Raises: NotAllowed (rule profiles.edit_profile), Stale.  Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.edit_profile", account)
    with transaction.atomic():
        account = locked(account, expected_revision)
        if account.avatar:
            delete_on_commit(account)
            account.avatar = ""
            save(account, "avatar")
    return account


def delete_on_commit(account: User) -> None:
    """Remove the stored picture of `account` once the current transaction commits."""
    name, storage = account.avatar.name, account.avatar.storage
    if not name:
        return

    def delete() -> None:
        storage.delete(name)

    transaction.on_commit(delete, robust=True)
