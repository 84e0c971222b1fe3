"""Who has read what: read off the points that each seat left behind."""

from django.db.models import Min

from messaging.models import Message, MessageRead, MessagingPreference, Participant, RequestState


def readers_of(message: Message) -> list[Participant]:
    """Return the seats whose person has read `message`, with `user` loaded and `read_at`: when they came past it.

    Not the sender, not who hides receipts. Two queries.
    """
    hidden = MessagingPreference.objects.filter(has_receipts=False).values("user")
    seats = Participant.objects.filter(
        conversation=message.conversation_id,
        left_at=None,
        last_read_seq__gte=message.seq,
        request=RequestState.ACCEPTED,
        joined_seq__lt=message.seq,
    ).exclude(user__in=hidden)
    seats = seats.exclude(user=message.sender_id).select_related("user").order_by("last_read_at", "pk")
    points = MessageRead.objects.filter(conversation=message.conversation_id, seq__gte=message.seq).order_by()
    times = dict(points.values_list("user").annotate(at=Min("read_at")))
    readers = list(seats)
    for seat in readers:
        seat.read_at = times.get(seat.user_id, seat.last_read_at)  # type: ignore[attr-defined]
    return readers
