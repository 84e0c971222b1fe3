"""How people and accounts look as JSON."""

from typing import Any

from rest_framework import serializers

from profiles.models import User


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person in other things: `author`, `sender`, `participants`. No query beyond the user itself."""

    display_name = serializers.CharField(source="name", read_only=True)
    avatar_url = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = User
        fields = ("id", "username", "display_name", "avatar_url")
        read_only_fields = fields


def person(user: User) -> dict[str, Any]:
    """Return `user` as PersonSerializer shows them, for events and other payloads outside a view."""
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.name,
        "avatar_url": user.avatar_url,
    }
