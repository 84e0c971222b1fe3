"""The best answer of a topic: at most one."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from forum.events import AnswerAccepted, AnswerUnaccepted
from forum.models import Post, Topic, TopicKind
from forum.services.locks import lock_topic_row


def accept_answer(*, actor: Any, topic: Topic, post: int) -> Topic:
    """Mark the post with this id as the best answer, in place of another one.

    Publishes AnswerAccepted (and AnswerUnaccepted for the former). Raises Invalid on `post` for the body or a post of
    another topic, Conflict in announcements, NotAllowed.
    """
    ensure(actor, "forum.accept_answer", topic)
    with transaction.atomic():
        locked = lock_topic_row(topic.pk)
        if locked.kind == TopicKind.ANNOUNCEMENT:
            raise Conflict(_("An announcement has no best answer."), code="announcement")
        answer = _find(locked, post)
        if locked.best_answer_id == answer.pk:
            return locked
        _publish_former(locked)
        locked.best_answer = answer
        locked.save(update_fields=["best_answer"])
        publish(
            AnswerAccepted(
                topic_id=locked.pk, post_id=answer.pk, author_id=answer.author_id, actor_id=getattr(actor, "pk", None)
            )
        )
    return locked


def unaccept_answer(*, actor: Any, topic: Topic) -> Topic:
    """Leave the topic without a best answer. Publishes AnswerUnaccepted if it had one."""
    ensure(actor, "forum.accept_answer", topic)
    with transaction.atomic():
        locked = lock_topic_row(topic.pk)
        _publish_former(locked)
        locked.best_answer = None
        locked.save(update_fields=["best_answer"])
    return locked


def _find(topic: Topic, pk: int) -> Post:
    answer = topic.posts.filter(pk=pk, deleted_at__isnull=True).first() if abs(pk) < 2**63 else None
    if answer is None:
        raise Invalid(_("This post is not in the topic."), code="does_not_exist", field="post")
    if answer.is_body:
        raise Invalid(_("The question cannot be its own answer."), code="body", field="post")
    return answer


def _publish_former(topic: Topic) -> None:
    if topic.best_answer_id is not None:
        former = Post.objects.get(pk=topic.best_answer_id)
        publish(AnswerUnaccepted(topic_id=topic.pk, post_id=former.pk, author_id=former.author_id))
