"""Profiles as JSON: what of a person exists for who asks, and what is read from bodies."""

from typing import Any

from rest_framework import serializers

from community_platform.core.api.fields import SourceField
from profiles.api.serializers import PersonSerializer
from profiles.models import Activity, Role, User
from profiles.privacy import Facet
from profiles.selectors.people import Seen
from profiles.services.profile import SWITCHES

TOLD = ("bio", "bio_html", "location", "website", "linkedin_url", "github_url", "twitter_url")
COUNTERS = ("followers_count", "following_count", "total_points", "level")
OF_COURSES = ("courses_completed", "courses_created")


class PrivatePersonSerializer(serializers.ModelSerializer[User]):
    """All that others learn of a private profile."""

    display_name = serializers.CharField(source="name", read_only=True)
    avatar_url = serializers.CharField(read_only=True, allow_null=True)
    is_private = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("username", "display_name", "avatar_url", "is_private")
        read_only_fields = fields

    def get_is_private(self, user: User) -> bool:
        return True


class ProfileSerializer(PersonSerializer):
    """A person's public page. Context: `seen`. What the person hides from who asks is absent; see `is_private`."""

    is_private = serializers.SerializerMethodField()
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    bio = serializers.CharField(source="profile.bio", read_only=True)
    bio_html = serializers.CharField(source="profile.bio_html", read_only=True)
    cover_image_url = serializers.CharField(source="profile.cover_url", read_only=True, allow_null=True)
    location = serializers.CharField(source="profile.location", read_only=True)
    website = serializers.CharField(source="profile.website", read_only=True)
    linkedin_url = serializers.CharField(source="profile.linkedin_url", read_only=True)
    github_url = serializers.CharField(source="profile.github_url", read_only=True)
    twitter_url = serializers.CharField(source="profile.twitter_url", read_only=True)
    followers_count = serializers.IntegerField(source="profile.followers_count", read_only=True)
    following_count = serializers.IntegerField(source="profile.following_count", read_only=True)
    total_points = serializers.IntegerField(source="profile.total_points", read_only=True)
    level = serializers.IntegerField(source="profile.level", read_only=True)
    courses_completed = serializers.IntegerField(source="profile.courses_completed", required=False, read_only=True)
    courses_created = serializers.IntegerField(source="profile.courses_created", required=False, read_only=True)
    is_following = serializers.SerializerMethodField()

    class Meta(PersonSerializer.Meta):
        fields: tuple[str, ...] = (
            *PersonSerializer.Meta.fields, "is_private", "role", *TOLD, "cover_image_url", "timezone", "language",
            *SWITCHES, *COUNTERS, *OF_COURSES, "date_joined", "is_following", "url",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_private(self, user: User) -> bool:
        return False

    def get_is_following(self, user: User) -> bool:
        return bool(self.context["seen"].is_following)

    def to_representation(self, instance: User) -> Any:
        seen: Seen = self.context["seen"]
        if seen.is_private:
            return PrivatePersonSerializer(instance).data
        data = super().to_representation(instance)
        if Facet.COURSES not in seen.facets:
            for name in OF_COURSES:
                del data[name]
        return data


class OwnProfileSerializer(ProfileSerializer):
    """One's own page, with the name as it was typed (empty when the user name is shown) and the private birthday."""

    display_name = serializers.CharField(read_only=True)
    shown_name = serializers.CharField(source="name", read_only=True)
    birth_month = serializers.IntegerField(source="profile.birth_month", read_only=True, allow_null=True)
    birth_day = serializers.IntegerField(source="profile.birth_day", read_only=True, allow_null=True)

    class Meta(ProfileSerializer.Meta):
        fields = (*ProfileSerializer.Meta.fields, "shown_name", "birth_month", "birth_day")
        read_only_fields = fields


class ListedPersonSerializer(serializers.Serializer[Any]):
    """A person in a list of people; of a private one all fields but `is_private` are null."""

    id = serializers.IntegerField(allow_null=True)
    username = serializers.CharField(allow_null=True)
    display_name = serializers.CharField(allow_null=True)
    avatar_url = serializers.CharField(allow_null=True)
    is_private = serializers.BooleanField()
    is_following = serializers.BooleanField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        if not instance.is_shown:
            return {**dict.fromkeys(self.fields), "is_private": True}
        return {**PersonSerializer(instance).data, "is_private": False, "is_following": instance.is_following}


class SuggestedPersonSerializer(ListedPersonSerializer):
    """Somebody one might follow, and why, in the reader's language."""

    reason = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        person, reason = instance
        return {**super().to_representation(person), "reason": reason}


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """One deed; `metadata` is a snapshot of titles and numbers."""

    user = PersonSerializer(read_only=True)
    metadata = serializers.DictField(read_only=True)

    class Meta:
        model = Activity
        fields = ("id", "activity_type", "created_at", "metadata", "url", "user")
        read_only_fields = fields


class ActivityPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ActivitySerializer(many=True)


class FollowingSerializer(serializers.Serializer[Any]):
    following = serializers.BooleanField()
    followers_count = serializers.IntegerField()


class ProfileInput(serializers.Serializer[Any]):
    """What may be changed; absent fields stay as they are. A null picture is removed, a null birthday forgotten.

    `avatar_focus` and `cover_focus` ("0.5,0.3") say what must not be cut off: parts of width and height.
    """

    display_name = SourceField(required=False)
    timezone = SourceField(required=False)
    language = SourceField(required=False)
    bio = SourceField(required=False)
    location = SourceField(required=False)
    website = SourceField(required=False)
    linkedin_url = SourceField(required=False)
    github_url = SourceField(required=False)
    twitter_url = SourceField(required=False)
    birth_month = serializers.IntegerField(required=False, allow_null=True)
    birth_day = serializers.IntegerField(required=False, allow_null=True)
    is_profile_public = serializers.BooleanField(required=False)
    show_badges = serializers.BooleanField(required=False)
    show_courses = serializers.BooleanField(required=False)
    show_activity = serializers.BooleanField(required=False)
    avatar = serializers.FileField(required=False, allow_null=True, allow_empty_file=True)
    cover_image = serializers.FileField(required=False, allow_null=True, allow_empty_file=True)
    avatar_focus = serializers.RegexField(r"^(0(\.\d+)?|1(\.0+)?),(0(\.\d+)?|1(\.0+)?)$", required=False)
    cover_focus = serializers.RegexField(r"^(0(\.\d+)?|1(\.0+)?),(0(\.\d+)?|1(\.0+)?)$", required=False)


class BlockInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["block", "ignore"], required=False)


class BlockSerializer(serializers.Serializer[Any]):
    blocked = serializers.BooleanField()
    kind = serializers.CharField(allow_null=True)
