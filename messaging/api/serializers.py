"""What the API of messages takes and shows."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from community_platform.core.errors import Invalid
from messaging.limits import CONTENT_MAX, MEMBERS_MAX, TITLE_MAX
from messaging.models import Message, MessagingPreference, Participant, WhoMayWrite
from messaging.selectors.people import active
from messaging.selectors.shown import shown
from profiles.api.serializers import PersonSerializer
from profiles.models import User


class AttachmentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class QuotedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    seq = serializers.IntegerField()
    sender = PersonSerializer(allow_null=True)
    excerpt = serializers.CharField()
    is_deleted = serializers.BooleanField()


class ReactionSerializer(serializers.Serializer[Any]):
    emoji = serializers.CharField()
    count = serializers.IntegerField()
    user_ids = serializers.ListField(child=serializers.IntegerField())


class MessageSerializer(serializers.Serializer[Message]):
    """A message; a deleted one has neither text nor files. `kind` other than text is what a group says itself."""

    id = serializers.IntegerField()
    conversation = serializers.IntegerField()
    seq = serializers.IntegerField()
    kind = serializers.CharField()
    sender = PersonSerializer(allow_null=True)
    about = PersonSerializer(allow_null=True)
    content = serializers.CharField()
    content_html = serializers.CharField()
    client_id = serializers.UUIDField(allow_null=True)
    attachments = AttachmentSerializer(many=True)
    attachment_url = serializers.CharField(allow_null=True)
    attachment_type = serializers.CharField(allow_null=True)
    reply_to = QuotedSerializer(allow_null=True)
    reactions = ReactionSerializer(many=True)
    is_edited = serializers.BooleanField()
    is_deleted = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Message) -> dict[str, Any]:
        return shown(instance)


class MessagePage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = MessageSerializer(many=True)


class ParticipantSerializer(PersonSerializer):
    """A person present; `is_owner` of a group."""

    is_owner = serializers.BooleanField()

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "is_owner")
        read_only_fields = fields


class ConversationSerializer(serializers.Serializer[Participant]):
    """A conversation as the person asking sees it: their seat in it."""

    id = serializers.IntegerField(source="conversation_id")
    is_group = serializers.BooleanField(source="conversation.is_group")
    title = serializers.CharField(source="conversation.title")
    participants = serializers.SerializerMethodField()
    last_message = serializers.SerializerMethodField()
    last_message_at = serializers.DateTimeField(source="conversation.last_message_at", allow_null=True)
    unread_count = serializers.IntegerField()
    last_read_seq = serializers.IntegerField()
    request = serializers.CharField()
    is_owner = serializers.BooleanField()
    is_muted = serializers.BooleanField()
    muted_until = serializers.DateTimeField(allow_null=True)
    is_archived = serializers.BooleanField()
    created_at = serializers.DateTimeField(source="conversation.created_at")

    def get_participants(self, seat: Participant) -> list[dict[str, Any]]:
        people = seat.conversation.present  # type: ignore[attr-defined]  # selectors.inbox
        return [{**PersonSerializer(one.user).data, "is_owner": one.is_owner} for one in people]

    def get_last_message(self, seat: Participant) -> dict[str, Any] | None:
        message = seat.conversation.last_message
        if message is None or message.seq <= seat.joined_seq:
            return None
        return {
            "id": message.pk, "seq": message.seq, "kind": message.kind, "is_deleted": message.is_deleted,
            "sender": PersonSerializer(message.sender).data if message.sender else None,
            "content": "" if message.is_deleted else message.content, "created_at": message.created_at,
        }  # fmt: skip


class ConversationDetailSerializer(ConversationSerializer):
    messages = MessagePage()
    draft = serializers.CharField()


class StartInput(serializers.Serializer[Any]):
    participants = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MEMBERS_MAX
    )
    title = serializers.CharField(required=False, allow_blank=True, max_length=TITLE_MAX)
    is_group = serializers.BooleanField(required=False)
    content = serializers.CharField(required=False, allow_blank=True, max_length=CONTENT_MAX)


class SendInput(serializers.Serializer[Any]):
    """`attachments` are ids of files uploaded before; `attachment` (multipart, repeatable) uploads with the text."""

    content = serializers.CharField(required=False, allow_blank=True, max_length=CONTENT_MAX, default="")
    client_id = serializers.UUIDField(required=False, allow_null=True)
    reply_to = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    attachments = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=100
    )
    attachment = serializers.ListField(child=serializers.FileField(), required=False, max_length=100)


class UploadInput(serializers.Serializer[Any]):
    attachment = serializers.FileField()


class EditInput(serializers.Serializer[Any]):
    content = serializers.CharField(max_length=CONTENT_MAX)


class TitleInput(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=TITLE_MAX)


class PeopleInput(serializers.Serializer[Any]):
    users = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MEMBERS_MAX
    )


class MuteInput(serializers.Serializer[Any]):
    """`until` null takes the muting back; a date far away mutes for good."""

    until = serializers.DateTimeField(allow_null=True)


class ArchiveInput(serializers.Serializer[Any]):
    is_archived = serializers.BooleanField()


class RequestAnswerInput(serializers.Serializer[Any]):
    accept = serializers.BooleanField()


class MessageDraftInput(serializers.Serializer[Any]):
    content = serializers.CharField(allow_blank=True, max_length=CONTENT_MAX)


class EmojiInput(serializers.Serializer[Any]):
    emoji = serializers.CharField(max_length=16)


class ReadAnswer(serializers.Serializer[Any]):
    unread_count = serializers.IntegerField()
    read_at = serializers.DateTimeField(allow_null=True)


class UnreadAnswer(serializers.Serializer[Any]):
    unread_count = serializers.IntegerField()
    conversations = serializers.IntegerField()


class PresenceAnswer(serializers.Serializer[Any]):
    online = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of people.")


class ReaderSerializer(PersonSerializer):
    read_at = serializers.DateTimeField()

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "read_at")
        read_only_fields = fields


class MessagingPreferenceSerializer(serializers.ModelSerializer[MessagingPreference]):
    who_may_write = serializers.ChoiceField(choices=WhoMayWrite.choices, required=False)

    class Meta:
        model = MessagingPreference
        fields = ("who_may_write", "has_receipts", "has_typing", "has_presence")


def people_of(ids: list[int], field: str) -> list[User]:
    """Return the active people with these keys, in their order. Raises Invalid on `field` for one that is not there."""
    people = active(ids)
    missing = [pk for pk in ids if pk not in people]
    if missing:
        raise Invalid(
            _("There is nobody with the id %(id)d.") % {"id": missing[0]}, code="does_not_exist", field=field
        )
    return [people[pk] for pk in dict.fromkeys(ids)]
