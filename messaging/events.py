"""What happens in conversations."""

from dataclasses import dataclass

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(DomainEvent):
    """A text was sent; not what a group says itself."""

    message_id: int
    conversation_id: int
    sender_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRemoved(DomainEvent):
    """A text was taken back or removed."""

    message_id: int
    conversation_id: int
    sender_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead(DomainEvent):
    """Somebody read up to a message."""

    user_id: int
    conversation_id: int
    seq: int
