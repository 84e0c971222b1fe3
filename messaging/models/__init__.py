from messaging.models.conversation import (
    Conversation,
    MessagingPreference,
    Participant,
    RequestState,
    WhoMayWrite,
)
from messaging.models.message import Attachment, Message, MessageEdit, MessageKind, MessageRead, Reaction

__all__ = [
    "Attachment", "Conversation", "Message", "MessageEdit", "MessageKind", "MessageRead", "MessagingPreference",
    "Participant", "Reaction", "RequestState", "WhoMayWrite",
]  # fmt: skip
