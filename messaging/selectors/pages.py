"""A window of a conversation as a page shows it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from messaging.limits import PAGE
from messaging.models import Message, MessageKind, Participant
from messaging.selectors.inbox import messages_of
from messaging.selectors.shown import loaded


@dataclass(slots=True)
class Row:
    """One message with what its neighbours decide."""

    message: Message
    is_mine: bool
    day: date | None  # a separator stands above the first of each day
    is_first_unread: bool
    is_continued: bool  # the same person a moment before: no name, no picture


@dataclass(slots=True)
class Window:
    """Up to PAGE messages in order; `before` and `after` are the numbers to go on from, None at the ends."""

    rows: list[Row]
    before: int | None
    after: int | None

    @property
    def last_seq(self) -> int:
        return self.rows[-1].message.seq if self.rows else 0


CONTINUED_SECONDS = 300


def window(
    seat: Participant, *, before: int | None = None, after: int | None = None, around: int | None = None
) -> Window:
    """Return the newest PAGE messages, or those before, after or around a number. Three queries."""
    rows = loaded(messages_of(seat))
    if around is not None:
        after = max(around - PAGE // 2, 0)
    if after is not None:
        found = list(rows.filter(seq__gt=after).order_by("seq")[: PAGE + 1])
        more_after, found = len(found) > PAGE, found[:PAGE]
        more_before = bool(found) and found[0].seq > seat.joined_seq + 1
    else:
        if before is not None:
            rows = rows.filter(seq__lt=before)
        found = list(rows.order_by("-seq")[: PAGE + 1])
        more_before, found = len(found) > PAGE, found[:PAGE][::-1]
        more_after = before is not None
    return Window(
        rows=_dressed(seat, found),
        before=found[0].seq if found and more_before else None,
        after=found[-1].seq if found and more_after else None,
    )


def _dressed(seat: Participant, messages: list[Message]) -> list[Row]:
    rows: list[Row] = []
    former: Message | None = None
    seen_unread = False
    for message in messages:
        day = timezone.localdate(message.created_at)
        is_new_day = former is None or timezone.localdate(former.created_at) != day
        is_mine = message.sender_id == seat.user_id
        is_unread = message.seq > seat.last_read_seq and not is_mine and message.kind == MessageKind.TEXT
        first_unread = is_unread and not seen_unread
        seen_unread = seen_unread or is_unread
        rows.append(
            Row(
                message=message,
                is_mine=is_mine,
                day=day if is_new_day else None,
                is_first_unread=first_unread,
                is_continued=not is_new_day and not first_unread and _continues(former, message),
            )
        )
        former = message
    return rows


def _continues(former: Message | None, message: Message) -> bool:
    if former is None or former.kind != MessageKind.TEXT or message.kind != MessageKind.TEXT:
        return False
    near = (message.created_at - former.created_at).total_seconds() < CONTINUED_SECONDS
    return former.sender_id == message.sender_id and near


def number(value: Any) -> int | None:
    """Return a sequence number out of an address, None for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
