"""When a message was sent, the envelopes of the others show it."""

from community_platform.core.events import subscribe
from messaging import tasks
from messaging.events import MessageSent


def message_sent(event: MessageSent) -> None:
    tasks.tell_waiting.delay(event.message_id)


subscribe(MessageSent, message_sent)
