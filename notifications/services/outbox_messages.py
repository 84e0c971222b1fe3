"""Private messages that nobody read: found by looking at what is unread, so no lost signal can lose a mail."""

from datetime import timedelta

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from messaging.models import Message, MessageKind, Participant
from messaging.selectors.inbox import loud
from notifications.models import Channel
from notifications.selectors.preferences import wanted
from notifications.services.outbox import put

UNREAD_MINUTES = {Channel.EMAIL: 5, Channel.PUSH: 1}  # how long a message lies before its reader is told outside
LOOK_BACK = timedelta(days=1)  # further than any stop of the clock
SEATS = 2_000


def gather_messages() -> int:
    """Put what has been unread for long enough into the outbox and return how many items are new.

    A stretch of unread messages is told once a day: whoever does not come is not called for every line.
    """
    return sum(_gather(channel, minutes) for channel, minutes in UNREAD_MINUTES.items())


def _gather(channel: Channel, minutes: int) -> int:
    now = timezone.now()
    unread = Message.objects.filter(
        conversation=OuterRef("conversation"), seq__gt=OuterRef("last_read_seq"), deleted_at=None, kind=MessageKind.TEXT
    ).exclude(sender=OuterRef("user"))
    seats = (
        Participant.objects.filter(loud(), user__is_active=True, conversation__last_message_at__gt=now - LOOK_BACK)
        .filter(last_read_seq__lt=F("conversation__message_seq"))
        .annotate(first_at=Subquery(unread.order_by("seq").values("created_at")[:1]))
        .filter(first_at__lte=now - timedelta(minutes=minutes))
        .order_by("-conversation__last_message_at")
        .select_related("conversation")
    )
    found = list(seats[:SEATS])
    readers = wanted([seat.user_id for seat in found], "message", channel) if found else set()
    return put(
        {
            "user_id": seat.user_id,
            "channel": channel,
            "kind": "message",
            "thread": f"conversation:{seat.conversation_id}",
            "key": f"unread:{seat.conversation_id}:{seat.last_read_seq}:{seat.conversation.last_message_at:%Y%m%d}",
            "data": {"conversation": seat.conversation_id},
            "created_at": now,
            "due_at": now,
        }
        for seat in found
        if seat.user_id in readers
    )
