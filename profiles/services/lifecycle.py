"""What the account itself holds about a person: given out, and removed."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from community_platform.core import realtime
from profiles.models import User
from profiles.services.avatar import delete_on_commit as delete_avatar_on_commit
from profiles.validators import RESERVED_START

# Tables of the sign-in library, by their reverse names: services do not import it.
_SIGN_IN_ROWS = ("emailaddress_set", "socialaccount_set", "authenticator_set", "usersession_set")


def export_account(user: User) -> Iterator[tuple[str, Any]]:
    """Yield (file name, JSON-able data) of the account."""
    yield (
        "account.json",
        {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "display_name": user.display_name,
            "avatar_url": user.avatar_url,
            "language": user.language,
            "timezone": user.timezone,
            "role": user.role,
            "date_joined": user.date_joined.isoformat(),
            "last_login": user.last_login.isoformat() if user.last_login else None,
        },
    )
    yield "emails.json", list(_rows(user, "emailaddress_set").values("email", "verified", "primary"))
    yield (
        "tokens.json",
        [
            {"name": token.name, "scopes": token.scopes, "created_at": token.created.isoformat()}
            for token in user.auth_token_set.order_by("created")
        ],
    )


def erase_account(user: User) -> None:
    """Anonymise the row, which others' texts refer to, and remove every way to sign in. Repeatable."""
    with transaction.atomic():
        account = User.objects.lock(user.pk)
        delete_avatar_on_commit(account)
        account.username = f"{RESERVED_START}{account.pk}"
        account.email = f"{RESERVED_START}{account.pk}@erased.invalid"
        account.display_name = account.avatar = account.language = ""
        account.timezone = "UTC"
        account.is_active = account.is_staff = account.is_superuser = False
        account.last_login = None
        account.revision += 1
        account.set_unusable_password()
        account.save()
        account.groups.clear()
        account.auth_token_set.all().delete()
        for name in _SIGN_IN_ROWS:
            _rows(account, name).delete()
        realtime.disconnect_user(account.pk)


def _rows(user: User, name: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = getattr(user, name).all()
    return rows
