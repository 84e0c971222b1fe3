"""Who may do what to accounts, and which lists of the admin each role sees.

The admin asks `has_perm("<app>.view_<model>")` and `has_module_perms("<app>")`; both are rules here and in the
`rules.py` of the other apps. Administrators hold every permission (`AccountBackend.has_perm`).
"""

from typing import Any

import rules

from community_platform.core.permissions import about


@about
def is_self(user: Any, account: Any) -> bool:
    return bool(user.pk == account.pk)


@rules.predicate
def is_moderator(user: Any) -> bool:
    return bool(user.is_moderator)


@rules.predicate
def is_admin(user: Any) -> bool:
    return bool(user.is_admin)


rules.add_perm("profiles.edit_profile", is_self)
rules.add_perm("profiles.manage_tokens", is_self)
rules.add_perm("profiles.issue_ingest_token", is_self & is_admin)
rules.add_perm(
    "profiles.manage_account", is_admin & ~is_self
)  # role, (de)activation; nobody cuts off themselves

rules.add_perm("profiles", is_moderator)
rules.add_perm("profiles.view_user", is_moderator)
rules.add_perm("profiles.manage_users", is_admin)
