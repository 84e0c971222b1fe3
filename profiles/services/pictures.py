"""A person's two pictures: the square one beside their name, and the broad one above their page."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile

from community_platform.core.images import MIDDLE, Focus, Upload, cut
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from profiles import limits
from profiles.models import User
from profiles.services.profile import locked, save


@dataclass(frozen=True, slots=True)
class Shape:
    """How one picture is stored: the first size under its own name, the second with `SMALL` before the ending."""

    field: str  # of the input, for errors
    sizes: tuple[tuple[int, int], tuple[int, int]]


AVATAR = Shape("avatar", ((limits.AVATAR_SIDE, limits.AVATAR_SIDE), (limits.AVATAR_SMALL, limits.AVATAR_SMALL)))
COVER = Shape("cover_image", (limits.COVER, limits.COVER_SMALL))


def set_avatar(
    *, actor: Any, account: User, upload: Upload, focus: Focus = MIDDLE, expected_revision: int | None = None
) -> User:
    """Store `upload` cut square around `focus`, as WebP in two sizes, and return the account; the old one goes.

    Raises: NotAllowed (rule profiles.edit_profile), TooLarge, WrongType and Invalid on `avatar`, Stale, TooFast.
    Publishes: ProfileChanged.
    """
    return _put(actor, account, AVATAR, upload, focus, expected_revision)


def set_cover(
    *, actor: Any, account: User, upload: Upload, focus: Focus = MIDDLE, expected_revision: int | None = None
) -> User:
    """As `set_avatar`, for the cover: four times as wide as high. Errors are on `cover_image`."""
    return _put(actor, account, COVER, upload, focus, expected_revision)


def remove_avatar(*, actor: Any, account: User, expected_revision: int | None = None) -> User:
    """Go back to initials and return the account.

    Raises: NotAllowed (rule profiles.edit_profile), Stale.  Publishes: ProfileChanged.
    """
    return _remove(actor, account, AVATAR, expected_revision)


def remove_cover(*, actor: Any, account: User, expected_revision: int | None = None) -> User:
    """As `remove_avatar`, for the cover."""
    return _remove(actor, account, COVER, expected_revision)


def _put(
    actor: Any, account: User, shape: Shape, upload: Upload, focus: Focus, expected_revision: int | None
) -> User:
    ensure(actor, "profiles.edit_profile", account)
    hit(account.pk, limits.AVATARS)  # before decoding, which is what costs
    large, small = cut(upload, sizes=shape.sizes, focus=_inside(focus), field=shape.field)
    name = f"{uuid.uuid4().hex}.webp"
    stored: list[str] = []
    try:
        with transaction.atomic():
            account = locked(account, expected_revision)
            file = _file(account, shape)
            delete_on_commit(file)
            file.save(name, ContentFile(large), save=False)
            stored.append(file.name or "")
            stored.append(file.storage.save(small_name(stored[0]), ContentFile(small)))
            _save(account, shape)
    except BaseException:
        for path in stored:
            file.storage.delete(path)
        raise
    return account


def _remove(actor: Any, account: User, shape: Shape, expected_revision: int | None) -> User:
    ensure(actor, "profiles.edit_profile", account)
    with transaction.atomic():
        account = locked(account, expected_revision)
        file = _file(account, shape)
        if file:
            delete_on_commit(file)
            file.name = ""
            _save(account, shape)
    return account


def small_name(name: str) -> str:
    """Return the name under which the small size of a stored picture lies."""
    return name.removesuffix(".webp") + "-small.webp"


def delete_on_commit(file: FieldFile) -> None:
    """Remove a stored picture, both sizes, once the current transaction commits."""
    name, storage = file.name, file.storage
    if not name:
        return

    def delete() -> None:
        storage.delete(name)
        storage.delete(small_name(name))

    transaction.on_commit(delete, robust=True)


def _file(account: User, shape: Shape) -> FieldFile:
    file: FieldFile = account.avatar if shape is AVATAR else account.profile.cover
    return file


def _save(account: User, shape: Shape) -> None:
    if shape is AVATAR:
        save(account, "avatar")
    else:
        account.profile.save(update_fields=["cover"])
        save(account)


def _inside(focus: Focus) -> Focus:
    """Keep the focus on the picture, whatever a client sends."""
    x, y = (min(1.0, max(0.0, value)) if value == value else 0.5 for value in focus)
    return x, y
