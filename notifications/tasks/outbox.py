"""What leaves the site, by the clock."""

from celery import shared_task

from community_platform.core.tasks import recorded
from notifications.services import digests, mailing, outbox, outbox_messages

RUNS = 5  # of one task: then the clock comes again


@shared_task(name="notifications.tasks.send_outbox")
def send_outbox() -> None:
    """Gather unread messages and send what is due. Two at once share the work; one that dies loses nothing."""
    outbox_messages.gather_messages()
    for _run in range(RUNS):
        if not mailing.send_due():
            return


@shared_task(name="notifications.tasks.plan_digests")
def plan_digests() -> None:
    """Put digests and weekly reports into the outbox where it is eight in the morning."""
    digests.plan()


@shared_task(name="notifications.tasks.prune_outbox")
@recorded("prune_outbox")
def prune_outbox() -> int:
    """Forget what left long ago."""
    return outbox.prune_outbox()
