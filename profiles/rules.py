"""Who may do what to accounts."""

from typing import Any

import rules


@rules.predicate
def is_self(user: Any, account: Any) -> bool:
    return bool(account is not None and user.pk == account.pk)


@rules.predicate
def is_moderator(user: Any) -> bool:
    return bool(user.is_moderator)


@rules.predicate
def is_admin(user: Any) -> bool:
    return bool(user.is_admin)


rules.add_perm("profiles.edit_profile", is_self)
rules.add_perm("profiles.manage_tokens", is_self)
rules.add_perm("profiles.manage_users", is_admin)
