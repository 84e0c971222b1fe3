"""Reading conversations: the inbox, its numbers, and the messages of one of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from community_platform.core.models import ChannelHead
from messaging.limits import UNREAD_CAP
from messaging.models import (
    Conversation,
    Message,
    MessageKind,
    MessagingPreference,
    Participant,
    RequestState,
)
from profiles import privacy

TABS = ("all", "unread", "requests", "archived")


@dataclass(frozen=True, slots=True)
class Unread:
    """What the badge says: messages, and conversations with any."""

    messages: int = 0
    conversations: int = 0


def unread_rows(user: Any, conversation: Any, since: Any) -> QuerySet[Message]:
    """Return the messages by others after number `since`: what "unread" means everywhere."""
    return Message.objects.filter(
        conversation=conversation, seq__gt=since, deleted_at=None, kind=MessageKind.TEXT
    ).exclude(sender=user)


def seats_of(user: Any) -> QuerySet[Participant]:
    """Return the seats that `user` has now."""
    return Participant.objects.filter(user=user, left_at=None)


def with_unread(seats: QuerySet[Participant]) -> QuerySet[Any]:
    """Annotate `unread_count` of each seat, counted to UNREAD_CAP."""
    rows = (
        Message.objects.filter(
            conversation=OuterRef("conversation"), seq__gt=OuterRef("last_read_seq"),
            # A hundred numbers on is as far as anybody counts; what was deleted among them is not made up for.
            seq__lte=OuterRef("last_read_seq") + 10 * UNREAD_CAP, deleted_at=None, kind=MessageKind.TEXT,
        )
        .exclude(sender=OuterRef("user"))
        .order_by()
        .values("conversation")
        .annotate(n=Count("pk"))
        .values("n")
    )  # fmt: skip
    return seats.annotate(unread_count=Coalesce(Subquery(rows, output_field=IntegerField()), Value(0)))


def loud(seat: str = "") -> Q:
    """Return the condition of seats whose messages count on the badge: there, accepted, not muted."""
    path = f"{seat}__" if seat else ""
    muted = Q(**{f"{path}muted_until__gt": timezone.now()})
    unmuted = Q(**{f"{path}muted_until": None}) | ~muted
    return Q(**{f"{path}left_at": None, f"{path}request": RequestState.ACCEPTED}) & unmuted


def waiting(user: Any) -> QuerySet[Message]:
    """Return the messages that `user` has not read: what the badge counts."""
    rows = Message.objects.filter(
        loud("conversation__seats"), conversation__seats__user=user.pk, deleted_at=None, kind=MessageKind.TEXT,
        seq__gt=F("conversation__seats__last_read_seq"),
    )  # fmt: skip
    return rows.exclude(sender=user.pk)


def unread(user: Any) -> Unread:
    """Return what waits for `user`. One query."""
    if not user.is_authenticated:
        return Unread()
    found = waiting(user).aggregate(messages=Count("pk"), conversations=Count("conversation", distinct=True))
    return Unread(**found)


def unread_count(user: Any) -> int:
    return unread(user).messages


def inbox(user: Any, *, tab: str = "all", q: str = "") -> QuerySet[Participant]:
    """Return the seats of `user`, the conversation active last first, with what a row of the inbox shows.

    `all` leaves out the archived and the requests; who declined a request sees nothing of it. Three queries.
    """
    seats = with_unread(seats_of(user)).exclude(conversation__message_seq=0, conversation__is_group=False)
    waiting = Q(request=RequestState.PENDING)
    if tab == "requests":
        seats = seats.filter(waiting)
    else:
        seats = seats.filter(request=RequestState.ACCEPTED, is_archived=tab == "archived")
    if tab == "unread":
        seats = seats.filter(conversation__message_seq__gt=F("last_read_seq"), unread_count__gt=0)
    if words := q.strip():
        people = Participant.objects.filter(left_at=None).filter(
            Q(user__display_name__icontains=words) | Q(user__username__icontains=words)
        )
        seats = seats.filter(
            Q(conversation__title__icontains=words)
            | Q(conversation__in=people.exclude(user=user).values("conversation"))
        )
    return (
        seats.select_related("conversation__last_message__sender")
        .prefetch_related(Prefetch("conversation__seats", queryset=_present(user), to_attr="present"))
        .order_by(F("conversation__last_message_at").desc(nulls_last=True), "-conversation")
    )


def seat_in(user: Any, conversation_id: int) -> Participant | None:
    """Return the seat of `user` in a conversation, None for strangers. Two queries.

    With it comes who is present (`shows_receipts` tells whose read position may be shown) and `head`, the number of
    the newest event of the conversation's channel.
    """
    hidden = MessagingPreference.objects.filter(user=OuterRef("user"), has_receipts=False)
    open_to = Q(request=RequestState.ACCEPTED) & ~Q(user__in=privacy.blocked_ids(user))
    others = _present(user).annotate(shows_receipts=Case(When(open_to, then=~Exists(hidden)), default=False))
    head = ChannelHead.objects.filter(
        channel=Concat(Value("conv."), Cast(OuterRef("conversation"), CharField()))
    )
    rows = with_unread(seats_of(user)).exclude(request=RequestState.DECLINED)
    return (
        rows.filter(conversation=conversation_id)
        .annotate(head=Coalesce(Subquery(head.values("seq")), Value(0)))
        .select_related("conversation__last_message__sender")
        .prefetch_related(Prefetch("conversation__seats", queryset=others, to_attr="present"))
        .first()
    )


def showing_presence(seats: QuerySet[Participant], viewer: Any) -> QuerySet[Participant]:
    """Keep the seats whose person lets `viewer` know that they are online.

    Not who turned it off, has not answered a request, or is apart from `viewer` by a block.
    """
    hidden = MessagingPreference.objects.filter(has_presence=False).values("user")
    apart = Q(user__in=hidden) | Q(user__in=privacy.blocked_ids(viewer))
    return seats.filter(left_at=None, request=RequestState.ACCEPTED, user__is_active=True).exclude(apart)


def _present(viewer: Any) -> QuerySet[Participant]:
    shown = showing_presence(Participant.objects.filter(pk=OuterRef("pk")), viewer)
    rows = Participant.objects.filter(left_at=None).annotate(shows_presence=Exists(shown))
    return rows.select_related("user").order_by("joined_at", "pk")


def messages_of(seat: Participant) -> QuerySet[Message]:
    """Return the messages that this seat may read: those since they came."""
    return Message.objects.filter(conversation=seat.conversation_id, seq__gt=seat.joined_seq)


def others_in(conversation: Conversation, user: Any) -> list[Any]:
    """Return the other people present, of a conversation loaded by `inbox` or `seat_in`."""
    return [seat.user for seat in conversation.present if seat.user_id != user.pk]  # type: ignore[attr-defined]


def positions(seat: Participant) -> list[Participant]:
    """Return the seats of the others whose read position may be shown, of a seat loaded by `seat_in`."""
    present = seat.conversation.present  # type: ignore[attr-defined]  # seat_in
    return [one for one in present if one.user_id != seat.user_id and one.shows_receipts]
