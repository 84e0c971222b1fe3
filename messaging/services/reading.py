"""The read position: one number a seat, moved forward by reading and writing, back by hand."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from community_platform.core import realtime
from community_platform.core.db import insert_once
from community_platform.core.errors import NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from messaging.events import ConversationRead
from messaging.models import Conversation, Message, MessageRead, MessagingPreference, Participant
from messaging.selectors.inbox import messages_of, unread_count
from messaging.selectors.shown import TIME_FORMAT
from messaging.services.seats import is_open, lock_seat


def mark_read(*, actor: Any, message: Message) -> Participant:
    """Mark `message` and everything before it as read; what was read further stays. Returns the seat.

    Publishes ConversationRead and message:read: on the person's own channel with the count that is left, on the
    conversation's unless they hide receipts, have not answered a request, or a block lies between. Raises NotFound.
    """
    ensure(actor, "messaging.write")
    with transaction.atomic():
        seat = lock_seat(message.conversation_id, actor.pk)
        if message.seq <= seat.joined_seq:
            raise NotFound
        if advance(seat, message):
            _tell(actor, seat, message)
            publish(ConversationRead(user_id=actor.pk, conversation_id=seat.conversation_id, seq=message.seq))
    return seat


def mark_conversation_read(*, actor: Any, conversation: Conversation) -> Participant:
    """Mark all that is there now as read."""
    ensure(actor, "messaging.write")
    with transaction.atomic():
        seat = lock_seat(conversation.pk, actor.pk)
        newest = messages_of(seat).order_by("-seq").first()
        return mark_read(actor=actor, message=newest) if newest is not None else seat


def mark_unread(*, actor: Any, message: Message) -> Participant:
    """Take the position back to before `message`, so that it counts again. Read points after it go."""
    ensure(actor, "messaging.write")
    with transaction.atomic():
        seat = lock_seat(message.conversation_id, actor.pk)
        position = max(message.seq - 1, seat.joined_seq)
        if message.seq <= seat.joined_seq or position >= seat.last_read_seq:
            return seat
        MessageRead.objects.filter(conversation=seat.conversation_id, user=actor, seq__gt=position).delete()
        seat.last_read_seq = position
        seat.save(update_fields=["last_read_seq"])
        _tell_own_devices(actor, seat)
    return seat


def advance(seat: Participant, message: Message) -> bool:
    """Move the locked seat's position up to `message` and note the point; tell whether it moved."""
    if message.seq <= seat.last_read_seq:
        return False
    now = timezone.now()
    seat.last_read_seq, seat.last_read_at = message.seq, now
    seat.save(update_fields=["last_read_seq", "last_read_at"])
    insert_once(
        MessageRead, user_id=seat.user_id, message_id=message.pk, conversation_id=seat.conversation_id,
        seq=message.seq, read_at=now,
    )  # fmt: skip
    return True


def _tell(actor: Any, seat: Participant, message: Message) -> None:
    facts = {
        "user_id": actor.pk,
        "up_to_id": message.pk,
        "read_at": seat.last_read_at.strftime(TIME_FORMAT) if seat.last_read_at else None,
    }
    if is_open(seat) and not MessagingPreference.objects.filter(user=actor, has_receipts=False).exists():
        realtime.publish(channel=f"conv.{seat.conversation_id}", type="message:read", data=facts)
    _tell_own_devices(actor, seat, **facts)


def _tell_own_devices(actor: Any, seat: Participant, **facts: Any) -> None:
    data = {
        "conversation": seat.conversation_id,
        "user_id": actor.pk,
        **facts,
        "unread_count": unread_count(actor),
    }
    realtime.publish(channel=realtime.user_channel(actor.pk), type="message:read", data=data)
