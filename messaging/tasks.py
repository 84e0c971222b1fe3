"""What the clock does with messages. Each run leaves a JobRun."""

from celery import shared_task

from community_platform.core.tasks import recorded
from messaging.services import waiting
from messaging.services.attachments import discard_waiting


@shared_task
@recorded("discard-attachments")
def discard_attachments() -> int:
    """Delete files whose message was never sent."""
    return discard_waiting()


@shared_task
def tell_waiting(message_id: int) -> None:
    """Tell the people for whom a message waits how many do now, each on their own channel."""
    waiting.tell_waiting(message_id=message_id)
