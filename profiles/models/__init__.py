from profiles.models.token import ApiToken, Scope
from profiles.models.user import Role, User

__all__ = ["ApiToken", "Role", "Scope", "User"]
