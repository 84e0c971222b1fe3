"""How people and accounts look as JSON, and what is read from bodies."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from community_platform.core.api.fields import SourceField
from profiles import selectors
from profiles.models import ApiToken, Role, Scope, User


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person in other things: `author`, `sender`, `participants`. No query beyond the user itself."""

    display_name = serializers.CharField(source="name", read_only=True)
    avatar_url = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = User
        fields: tuple[str, ...] = ("id", "username", "display_name", "avatar_url")
        read_only_fields = fields


class AccountSerializer(PersonSerializer):
    """One's own account. `display_name` is the shown name, as everywhere. One query for the e-mail's state."""

    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    email_confirmed = serializers.SerializerMethodField()

    class Meta(PersonSerializer.Meta):
        fields = (
            *PersonSerializer.Meta.fields,
            "email",
            "email_confirmed",
            "role",
            "language",
            "timezone",
            "date_joined",
        )
        read_only_fields = fields

    def get_email_confirmed(self, user: User) -> bool:
        return selectors.is_email_confirmed(user)


class UnreadSerializer(serializers.Serializer[Any]):
    notifications = serializers.IntegerField()
    messages = serializers.IntegerField()
    topics = serializers.IntegerField()


class MeSerializer(AccountSerializer):
    permissions = serializers.SerializerMethodField()
    unread = serializers.SerializerMethodField()

    class Meta(AccountSerializer.Meta):
        fields = (*AccountSerializer.Meta.fields, "permissions", "unread")
        read_only_fields = fields

    def get_permissions(self, user: User) -> list[str]:
        return selectors.permissions_of(user)

    @extend_schema_field(UnreadSerializer)
    def get_unread(self, user: User) -> dict[str, int]:
        return selectors.unread(user)


class RegisteredSerializer(AccountSerializer):
    referral = serializers.ChoiceField(
        choices=[("applied", _("applied")), ("ignored", _("ignored"))], allow_null=True, read_only=True
    )

    class Meta(AccountSerializer.Meta):
        fields = (*AccountSerializer.Meta.fields, "referral")
        read_only_fields = fields


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A personal token; `id` is also how its key begins."""

    id = serializers.CharField(source="token_key", read_only=True)
    scopes = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="created", read_only=True)
    expires_at = serializers.DateTimeField(source="expiry", read_only=True, allow_null=True)

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at")
        read_only_fields = fields

    def get_scopes(self, token: ApiToken) -> list[str]:
        return token.scopes.split()


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(read_only=True, help_text=_("The key. It is shown this once."))

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "token")
        read_only_fields = fields


class SignedInSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    user = AccountSerializer()


class RegisterInput(serializers.Serializer[Any]):
    username = SourceField()
    email = SourceField()
    password = SourceField()
    language = SourceField(required=False)
    timezone = SourceField(required=False)


class SignInInput(serializers.Serializer[Any]):
    username = SourceField(help_text=_("User name or e-mail."))
    password = SourceField()
    code = SourceField(required=False, help_text=_("Of the authenticator app, or a recovery code."))


class TokenInput(serializers.Serializer[Any]):
    name = SourceField()
    scopes = serializers.ListField(child=serializers.CharField(), help_text=", ".join(Scope.values))
    days = serializers.IntegerField(required=False, allow_null=True, min_value=1)
