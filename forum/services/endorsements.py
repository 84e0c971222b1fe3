"""An answer that the instructor vouches for: any number of them, beside the best answer and independent of it."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, NotAllowed, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from forum.events import AnswerEndorsed, AnswerUnendorsed
from forum.models import Post, TopicKind
from forum.services.locks import lock_post_row


def endorse(*, actor: Any, post: Post) -> Post:
    """Mark a reply as endorsed by `actor`; again changes nothing, whoever endorsed it first. Publishes AnswerEndorsed.

    Raises NotAllowed (rule forum.endorse_answer; `own_content` for one's own), NotFound, Conflict for the body and in
    announcements.
    """
    ensure(actor, "forum.endorse_answer", post.topic)
    with transaction.atomic():
        locked = lock_post_row(post.pk)
        if locked.deleted_at is not None or locked.topic.deleted_at is not None:
            raise NotFound
        _check_answer(locked, actor)
        if locked.endorsed_at is None:
            locked.endorsed_at, locked.endorsed_by = timezone.now(), actor if actor.pk else None
            locked.save(update_fields=["endorsed_at", "endorsed_by"])
            publish(
                AnswerEndorsed(
                    topic_id=locked.topic_id, post_id=locked.pk, author_id=locked.author_id, actor_id=actor.pk
                )
            )
    return locked


def unendorse(*, actor: Any, post: Post) -> Post:
    """Take the endorsement back, whoever gave it; without one nothing changes. Publishes AnswerUnendorsed."""
    ensure(actor, "forum.endorse_answer", post.topic)
    with transaction.atomic():
        locked = lock_post_row(post.pk)
        if locked.endorsed_at is not None:
            locked.endorsed_at = locked.endorsed_by = None
            locked.save(update_fields=["endorsed_at", "endorsed_by"])
            publish(AnswerUnendorsed(topic_id=locked.topic_id, post_id=locked.pk, author_id=locked.author_id))
    return locked


def _check_answer(post: Post, actor: Any) -> None:
    if post.is_body:
        raise Conflict(_("The question cannot be its own answer."), code="body")
    if post.topic.kind == TopicKind.ANNOUNCEMENT:
        raise Conflict(_("An announcement has no answers to endorse."), code="announcement")
    if post.author_id == actor.pk:
        raise NotAllowed(_("You cannot endorse what you wrote yourself."), code="own_content")
