"""Reads about accounts: what a person holds, what waits for them."""

from collections.abc import Callable
from typing import Any

import rules
from django.db.models import QuerySet

from profiles.models import ApiToken, User

UnreadCounter = Callable[[User], int]
UNREAD = ("notifications", "messages", "topics")
_counters: dict[str, UnreadCounter] = {}


def register_unread(name: str, counter: UnreadCounter) -> None:
    """Let `counter(user)` fill `unread[name]` of /api/auth/me; each costs its own query."""
    if name not in UNREAD:
        raise KeyError(f"unknown unread counter {name!r}")
    _counters[name] = counter


def unread(user: User) -> dict[str, int]:
    """Return how much is unread, by kind; 0 where no app counts yet."""
    return {name: _counters[name](user) if name in _counters else 0 for name in UNREAD}


def permissions_of(user: User) -> list[str]:
    """Return the names of what `user` may do in general, sorted. Rights in own things only are not among them."""
    return sorted(
        name for name, rule in rules.permissions.permissions.items() if "." in name and rule.test(user)
    )


def is_email_confirmed(user: User) -> bool:
    """Tell whether the person proved to own their e-mail. One query."""
    addresses: Any = user.emailaddress_set  # type: ignore[attr-defined]  # of the sign-in library
    return bool(addresses.filter(email=user.email, verified=True).exists())


def live_tokens(user: User) -> QuerySet[ApiToken]:
    """Return the personal tokens of `user`, newest first."""
    tokens: QuerySet[ApiToken] = ApiToken.objects.visible_to(user).order_by("-created")
    return tokens


def person(user: User) -> dict[str, object]:
    """Return `user` as other people see them in payloads outside the API: sockets, events."""
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.name,
        "avatar_url": user.avatar_url,
    }


def profile_addresses(names: set[str]) -> dict[str, str]:
    """Return the profile address of each active account among `names`, by lower-cased name. One query."""
    return {user.username.lower(): user.get_absolute_url() for user in User.objects.named(names)}
