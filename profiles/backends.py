"""Signing in by name or e-mail, with the roles loaded beside the user."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from profiles.models import User


class AccountBackend(AuthenticationBackend):
    """allauth's backend; `get_user` is one query for user and roles, on every request.

    Administrators hold every permission, as superusers do; what moderators hold, the `rules.py` files say.
    """

    def get_user(self, user_id: Any) -> User | None:
        user: User | None = User.objects.with_roles().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return _is_admin(user_obj) or bool(super().has_perm(user_obj, perm, obj=obj))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return _is_admin(user_obj) or bool(super().has_module_perms(user_obj, app_label))


def _is_admin(user: Any) -> bool:
    return bool(user.is_active and user.is_authenticated and user.is_admin)
