"""Who of the people one talks to is online: the fact from the sockets, told to whom it may be told."""

from collections.abc import Iterable
from typing import Any

from community_platform.core import realtime
from messaging.models import Participant, RequestState
from messaging.selectors.inbox import seats_of, showing_presence

PEOPLE_MAX = 1_000


def online_in(seats: Iterable[Participant], viewer: Any) -> set[int]:
    """Return who is online of the people in conversations loaded by `inbox` or `seat_in`. No query."""
    present = (one for seat in seats for one in seat.conversation.present)  # type: ignore[attr-defined]
    return realtime.online(one.user_id for one in present if one.shows_presence and one.user_id != viewer.pk)


def online_now(viewer: Any) -> list[int]:
    """Return the keys of those online with whom `viewer` shares a conversation, in order. One query."""
    mine = seats_of(viewer).filter(request=RequestState.ACCEPTED).values("conversation")
    seats = showing_presence(Participant.objects.filter(conversation__in=mine), viewer).exclude(
        user=viewer.pk
    )
    return sorted(realtime.online(seats.order_by().values_list("user", flat=True).distinct()[:PEOPLE_MAX]))
