"""The number on the envelope of whoever has not read a message yet."""

from django.db import transaction

from community_platform.core import realtime
from messaging.models import Message, Participant
from messaging.selectors.inbox import loud, unread_count
from profiles import privacy


def tell_waiting(*, message_id: int) -> None:
    """Publish message:waiting with the absolute count to each participant who has not read the message.

    Not to who muted the conversation, has not accepted it, or ignores the sender. Again tells the same.
    """
    message = Message.objects.filter(pk=message_id, deleted_at=None).first()
    if message is None:
        return
    seats = Participant.objects.filter(
        loud(), privacy.hearing(message.sender_id, person="user"), conversation=message.conversation_id,
        last_read_seq__lt=message.seq,
    ).exclude(user=message.sender_id)  # fmt: skip
    people = [seat.user for seat in seats.select_related("user")]
    for person in sorted(people, key=lambda person: realtime.user_channel(person.pk)):
        with transaction.atomic():
            realtime.publish(
                channel=realtime.user_channel(person.pk), type="message:waiting",
                data={"conversation": message.conversation_id, "unread_count": unread_count(person)},
            )  # fmt: skip
