"""Locks and seats: where every write to a conversation begins."""

from typing import Any

from community_platform.core.errors import NotFound
from messaging.models import Conversation, Participant, RequestState
from profiles import privacy


def lock_conversation(conversation_id: int) -> Conversation:
    """Lock a conversation; its numbers belong to whoever holds this. Raises NotFound."""
    row = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation_id).first()
    if row is None:
        raise NotFound
    return row


def lock_seat(conversation_id: int, user_id: int) -> Participant:
    """Lock the seat that somebody has now. Raises NotFound for who takes no part: there is no such conversation."""
    rows = Participant.objects.select_for_update(no_key=True)
    seat = rows.filter(conversation=conversation_id, user=user_id, left_at=None).first()
    if seat is None:
        raise NotFound
    return seat


def is_open(seat: Participant) -> bool:
    """Tell whether the others may notice this person: not before they accept a request, nor across a block."""
    if seat.request != RequestState.ACCEPTED:
        return False
    others = Participant.objects.filter(conversation=seat.conversation_id, conversation__is_group=False)
    people = list(others.exclude(user=seat.user_id).values_list("user", flat=True))
    return not people or bool(privacy.may_write_to(seat.user, people))


def take_seats(conversation: Conversation, people: list[int], *, seq: int = 0, **columns: Any) -> list[int]:
    """Give seats to `people` who have none now, from message `seq` on; return who got one.

    Under the conversation's lock. Who left comes back to the old row, and sees what is written from now on.
    """
    seats = {
        seat.user_id: seat for seat in Participant.objects.filter(conversation=conversation, user__in=people)
    }
    taken = []
    for pk in people:
        seat = seats.get(pk)
        if seat is None:
            Participant.objects.create(
                conversation=conversation, user_id=pk, joined_seq=seq, last_read_seq=seq, **columns
            )
        elif seat.left_at is not None:
            Participant.objects.filter(pk=seat.pk).update(
                left_at=None, joined_seq=seq, last_read_seq=seq, is_archived=False, **columns
            )
        else:
            continue
        taken.append(pk)
    return taken
