"""What the clock does in the forum. Each run leaves a JobRun."""

from celery import shared_task

from community_platform.core.tasks import recorded
from forum.services import search_index
from forum.services.drafts import forget_drafts
from forum.services.moderation import unpin_expired
from forum.services.pictures import delete_unused_pictures
from forum.services.trust import raise_all_levels


@shared_task
@recorded("unpin_expired_topics")
def unpin_expired_topics() -> int:
    """Unpin the topics whose time at the top is over: their own pages know it at once, lists within five minutes."""
    return unpin_expired()


@shared_task
@recorded("raise_trust_levels")
def raise_trust_levels() -> int:
    """Give everybody the level they have earned: reading alone is counted at night only."""
    return raise_all_levels()


@shared_task
@recorded("clean_up_writing")
def clean_up_writing() -> int:
    """Delete pictures that no text shows and drafts that were sent or forgotten."""
    return delete_unused_pictures() + forget_drafts()


@shared_task
@recorded("mend_search_names")
def mend_search_names() -> int:
    """Let courses, lessons and people be found by what they are called now, where an event was lost."""
    return search_index.mend_names()
