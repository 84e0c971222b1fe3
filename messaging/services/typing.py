"""Who is typing: told to the others of a small conversation, never stored."""

from typing import Any

from community_platform.core import realtime
from community_platform.core.errors import NotFound
from messaging.limits import TYPING_MEMBERS
from messaging.models import MessagingPreference, Participant
from messaging.services.seats import is_open


def tell_typing(*, actor: Any, conversation_id: int, state: str) -> None:
    """Whisper user:typing, `state` start or stop, unless `actor` hides it, a block lies between, or the group is large.

    Raises NotFound.
    """
    seats = Participant.objects.filter(conversation=conversation_id, left_at=None)
    seat = seats.filter(user=actor.pk).select_related("user").first()
    if seat is None:
        raise NotFound
    is_shown = not MessagingPreference.objects.filter(user=actor, has_typing=False).exists()
    if is_shown and is_open(seat) and seats.count() <= TYPING_MEMBERS:
        data = {"user_id": actor.pk, "state": state}
        realtime.whisper(channel=f"conv.{conversation_id}", type="user:typing", data=data)
