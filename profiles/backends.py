"""Signing in by name or e-mail, with the roles loaded beside the user."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from profiles.models import User


class AccountBackend(AuthenticationBackend):
    """allauth's backend; `get_user` is one query for user and roles, on every request."""

    def get_user(self, user_id: Any) -> User | None:
        user: User | None = User.objects.with_roles().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
