"""What becomes of messages when two accounts become one."""

from community_platform.core import merging
from community_platform.core.merging import custom, leave, move, move_unique
from messaging.services import joining


def register() -> None:
    """Register what becomes of the rows."""
    merging.rules(
        custom(joining.join_messages, "messaging.Message.sender"),
        move_unique("messaging.MessageRead.user", same=("message_id",)),
        move_unique("messaging.Reaction.user", same=("message_id", "emoji")),
        custom(joining.join_seats, "messaging.Participant.user"),
        move(
            "messaging.Message.about", "messaging.Message.deleted_by", "messaging.Conversation.created_by",
            "messaging.Attachment.uploader",
        ),
        leave("messaging.MessagingPreference.user", reason="what the account that stays chose wins"),
    )  # fmt: skip
