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


@rules.predicate
def is_member(user: Any) -> bool:
    return bool(user.is_authenticated)


@about
def looks_after(user: Any, case: Any) -> bool:
    """Tell whether the case is about a course or category of `user`. One query: asked once in a write."""
    rows = type(case).objects.visible_to(user)
    return bool(rows.filter(pk=case.pk).exists())


@about
def wrote_it(user: Any, case: Any) -> bool:
    return bool(case.author_id == user.pk)


@about
def is_below(user: Any, account: Any) -> bool:
    """Tell whether `user` may judge `account`: not oneself, and the staff is judged by administrators alone."""
    return bool(user.pk != account.pk and (user.is_admin or not account.is_moderator))


rules.add_perm("profiles.penalise", is_moderator & is_below)
rules.add_perm("profiles.report", is_member)
# Nobody judges what they wrote themselves; administrators may, somebody must.
rules.add_perm("profiles.review", (is_moderator | looks_after) & (~wrote_it | is_admin))
rules.add_perm("profiles.view_moderation", is_moderator)
rules.add_perm("profiles.edit_profile", is_self)
rules.add_perm("profiles.export_data", is_member)
rules.add_perm("profiles.erase_account", is_self | is_admin)
rules.add_perm("profiles.merge_accounts", is_admin & ~is_self)
rules.add_perm("profiles.view_as", is_admin & ~is_self)
rules.add_perm("profiles.follow", is_member)
rules.add_perm("profiles.block", is_member)
rules.add_perm("profiles.manage_tokens", is_self)
rules.add_perm("profiles.issue_ingest_token", is_self & is_admin)
rules.add_perm(
    "profiles.manage_account", is_admin & ~is_self
)  # role, (de)activation; nobody cuts off themselves

rules.add_perm("profiles", is_moderator)
rules.add_perm("profiles.view_user", is_moderator)
rules.add_perm("profiles.manage_users", is_admin)
