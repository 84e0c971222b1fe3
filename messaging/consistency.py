"""What must hold between conversations, messages and seats."""

from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from community_platform.core.consistency import alarm, register
from messaging.models import Conversation, Message, MessageRead, Participant


def _newest() -> Coalesce:
    rows = Message.objects.filter(conversation=OuterRef("pk")).order_by().values("conversation")
    return Coalesce(Subquery(rows.annotate(_n=Max("seq")).values("_n")), Value(0))


def _number() -> Coalesce:
    rows = Message.objects.filter(conversation=OuterRef("pk")).order_by().values("conversation")
    return Coalesce(Subquery(rows.annotate(_n=Count("pk")).values("_n")), Value(0))


def _newest_point() -> Coalesce:
    rows = MessageRead.objects.filter(conversation=OuterRef("conversation"), user=OuterRef("user")).order_by()
    return Coalesce(Subquery(rows.values("user").annotate(_n=Max("seq")).values("_n")), Value(0))


register(
    alarm(
        "messaging.conversation.seq", "numbers of a conversation go from 1 without gap to its own",
        lambda: Conversation.objects.annotate(_newest=_newest(), _number=_number()).filter(
            ~Q(message_seq=F("_newest")) | ~Q(message_seq=F("_number"))
        ),
        stored="message_seq", actual="_newest",
    ),
    alarm(
        "messaging.conversation.last", "the last message is the one with the highest number",
        lambda: Conversation.objects.exclude(message_seq=0).exclude(last_message__seq=F("message_seq")),
        stored="message_seq", actual="last_message__seq",
    ),
    alarm(
        "messaging.seat.position", "nobody has read further than there are messages",
        lambda: Participant.objects.filter(last_read_seq__gt=F("conversation__message_seq")),
        stored="last_read_seq", actual="conversation__message_seq",
    ),
    alarm(
        "messaging.seat.points", "no read point lies behind the position of its seat",
        lambda: Participant.objects.annotate(_point=_newest_point()).filter(_point__gt=F("last_read_seq")),
        stored="last_read_seq", actual="_point",
    ),
    alarm(
        "messaging.pair", "a one-to-one has two seats",
        lambda: Conversation.objects.filter(is_group=False)
        .annotate(_seats=Count("seats"))
        .exclude(_seats=2),
        stored="pair", actual="_seats",
    ),
    alarm(
        "messaging.owner", "a group in which somebody is has one owner among them",
        lambda: Conversation.objects.filter(is_group=True)
        .annotate(
            _present=Count("seats", filter=Q(seats__left_at=None)),
            _owners=Count("seats", filter=Q(seats__left_at=None, seats__is_owner=True)),
        )
        .filter(_present__gt=0)
        .exclude(_owners=1),
        stored="_present", actual="_owners",
    ),
)  # fmt: skip
