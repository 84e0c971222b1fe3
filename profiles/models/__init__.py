from profiles.models.token import ApiToken
from profiles.models.user import Role, User

__all__ = ["ApiToken", "Role", "User"]
