"""Telling many people, outside the request; forgetting what is long past."""

from celery import shared_task

from community_platform.core.tasks import recorded
from notifications.services import pruning, telling

CHUNKS = 20  # a task; the next one goes on, so that none runs into the time limit


@shared_task
def tell_watchers(post_id: int, after: int = 0) -> None:
    """Tell everybody who watches the topic of this post. Running again tells nobody twice."""
    for _chunk in range(CHUNKS):
        going_on = telling.tell_watchers(post_id, after)
        if going_on is None:
            return
        after = going_on
    tell_watchers.delay(post_id, after)


@shared_task
@recorded("prune_inbox")
def prune_inbox() -> int:
    """Delete what was read half a year ago, and what nobody read for a year."""
    return pruning.prune_inbox()
