"""Who may: the one place that asks the `rules` predicates on behalf of services."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser

from community_platform.core.errors import NotAllowed, NotSignedIn


class System:
    """The actor of commands and scheduled jobs: allowed everything, author of nothing."""

    pk = None
    is_authenticated = True

    def __str__(self) -> str:
        return "system"


SYSTEM = System()

Bar = Callable[[Any, str], None]
_bars: list[Bar] = []


def about(predicate: Callable[[Any, Any], bool]) -> Any:
    """Make a `rules` predicate of `predicate(user, thing)` that abstains when no thing is given.

    `rules` skips a predicate that answers None, so `is_member & about(opens)` asked in general means "is a member",
    and `is_author | is_moderator` means "is a moderator": what a role may do anywhere (`/api/auth/me`).
    """

    @wraps(predicate)
    def ask(user: Any, thing: Any = None) -> bool | None:
        return None if thing is None else predicate(user, thing)

    return rules.predicate(ask)


def may(actor: Any, perm: str, obj: Any = None) -> bool:
    """Tell whether `actor` has `perm` on `obj`. An unknown permission name raises KeyError, never grants."""
    if actor is SYSTEM:
        return True
    if not rules.perm_exists(perm):
        raise KeyError(f"unknown permission {perm!r}")
    if isinstance(actor, AnonymousUser) or not actor.is_active:
        return False
    return bool(rules.has_perm(perm, actor, obj))


def register_bar(bar: Bar) -> None:
    """Let `bar(actor, perm)` refuse, by a DomainError with its reason, people who otherwise may: the banned."""
    if bar not in _bars:
        _bars.append(bar)


def ensure(actor: Any, perm: str, obj: Any = None) -> None:
    """Let `actor` pass or raise NotSignedIn (401) or NotAllowed (403); who may and is barred hears why."""
    if may(actor, perm, obj):
        if actor is not SYSTEM:
            for bar in _bars:
                bar(actor, perm)
        return
    if isinstance(actor, AnonymousUser):
        raise NotSignedIn
    raise NotAllowed
