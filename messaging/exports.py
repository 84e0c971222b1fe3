"""What messages give to a person who asks for their data: what they wrote, not what others wrote to them."""

from collections.abc import Iterator
from typing import Any

from django.db.models.fields.files import FieldFile

from community_platform.core import lifecycle
from community_platform.core.lifecycle import CHUNK, Row, Subject, table
from messaging.models import (
    Attachment,
    Conversation,
    Message,
    MessageRead,
    MessagingPreference,
    Participant,
    Reaction,
)


def _attachments(user: Any) -> Iterator[Row]:
    for row in Attachment.objects.filter(uploader=user.pk).order_by("pk").iterator(CHUNK):
        yield {
            "name": row.name, "content_type": row.content_type, "size": row.size, "created_at": row.created_at,
            "file": f"files/{_path(row)}",
        }  # fmt: skip


def _path(row: Attachment) -> str:
    """Return a path in the archive that is safe on every system; the name that was given is in the list."""
    ending = row.name.rpartition(".")[2].lower() if "." in row.name else ""
    return f"messages/{row.pk}.{ending}" if ending.isascii() and ending.isalnum() else f"messages/{row.pk}"


def _files(user: Any) -> Iterator[tuple[str, FieldFile]]:
    for row in Attachment.objects.filter(uploader=user.pk).order_by("pk").iterator(CHUNK):
        yield _path(row), row.file


def register() -> None:
    """Register what is given out."""
    lifecycle.exports(
        table(
            "messaging/messages", Message, "sender",
            {"conversation": "conversation_id", "number": "seq", "kind": "kind", "content": "content",
             "created_at": "created_at", "edited_at": "edited_at", "deleted_at": "deleted_at"},
        ),
        table(
            "messaging/conversations", Participant, "user",
            {"conversation": "conversation_id", "title": "conversation__title", "is_owner": "is_owner",
             "joined_at": "joined_at", "left_at": "left_at", "last_read": "last_read_seq", "draft": "draft"},
        ),
        table("messaging/groups_begun", Conversation, "created_by", ("id", "title", "created_at")),
        table("messaging/reactions", Reaction, "user", {"message": "message_id", "emoji": "emoji"}),
        table(
            "messaging/read", MessageRead, "user",
            {"conversation": "conversation_id", "number": "seq", "read_at": "read_at"},
        ),
        table("messaging/preferences", MessagingPreference, "user", ("who_may_write",), is_single=True),
        Subject("messaging/attachments", ("messaging.Attachment.uploader",), _attachments),
    )  # fmt: skip
    lifecycle.files("messaging", _files)
    theirs = "a message stays with those who received it; its writer has no name any more"
    lifecycle.stays(
        {
            **dict.fromkeys(
                ("messaging.Message.content", "messaging.Message.content_html", "messaging.Reaction.emoji"),
                theirs,
            ),
            "messaging.Attachment.uploader": "a file of a message that stays; those that wait for one are deleted",
            "messaging.Message.removal_reason": "the words of who removed it",
            "messaging.Message.about": "a message of another person",
            "messaging.Message.deleted_by": "a message of another person",
            "messaging.Conversation.title": "the name of a group, which belongs to all of it",
            "messaging.Conversation.pair": "two numbers of accounts",
        }
    )
    lifecycle.withheld(
        {
            "messaging.Message.about": "a line that a conversation says of itself: somebody came or went",
            "messaging.Message.deleted_by": "what moderators did to messages of others",
        }
    )
