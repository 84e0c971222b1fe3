"""Texts that go and come back: one path through the counters, whoever takes them away and for whatever reason.

The caller has checked who may and holds the locks: category and topic before a post, target and root before a comment.
"""

from typing import Any

from django.db.models import F
from django.utils import timezone

from community_platform.core import realtime
from community_platform.core.events import publish
from forum.events import AnswerUnaccepted, ContentDeleted, ContentHidden, ContentRestored
from forum.models import Comment, Post, Topic
from forum.models.written import Written
from forum.services import search_index
from forum.services.counting import last_activity, live_posts
from forum.services.locks import move_category_counters
from forum.services.tags import count_topics

_COLUMNS = ("deleted_at", "deleted_by", "is_hidden", "removal_reason")
Text = Topic | Post | Comment


def take_away(locked: Text, actor: Any, *, is_hidden: bool = False, reason: str = "") -> None:
    """Delete a text, or hide it (its author still sees it, with `reason`).

    What is hidden can be deleted; what is deleted stays so. Publishes ContentDeleted once, ContentHidden when hidden.
    """
    if locked.is_deleted and not locked.is_hidden:
        return
    was_there, was_hidden = not locked.is_deleted, locked.is_hidden
    locked.deleted_at = locked.deleted_at or timezone.now()
    locked.deleted_by_id = actor.pk
    locked.is_hidden, locked.removal_reason = is_hidden, reason
    locked.save(update_fields=_COLUMNS)
    if was_there:
        _forget_answer(locked)
        _count(locked, -1)
        publish(_fact(ContentDeleted, locked, actor))
    if is_hidden and not was_hidden:
        publish(ContentHidden(kind=kind_of(locked), object_id=locked.pk, author_id=locked.author_id))


def bring_back(locked: Text, actor: Any) -> None:
    """Show a deleted or hidden text again; one that is there stays as it is. Publishes ContentRestored."""
    if not locked.is_deleted:
        return
    locked.deleted_at = locked.deleted_by = None
    locked.is_hidden, locked.removal_reason = False, ""
    locked.save(update_fields=_COLUMNS)
    _count(locked, +1)
    publish(_fact(ContentRestored, locked, actor))


def kind_of(text: Written) -> str:
    """Return topic, post or comment."""
    return str(text._meta.model_name)


def _forget_answer(text: Text) -> None:
    if isinstance(text, Post) and text.topic.best_answer_id == text.pk:
        Topic.objects.filter(pk=text.topic_id).update(best_answer=None)
        publish(AnswerUnaccepted(topic_id=text.topic_id, post_id=text.pk, author_id=text.author_id))


def _count(text: Text, step: int) -> None:
    """Move every counter above the text, and what lists and search know of it."""
    if isinstance(text, Topic):
        move_category_counters(text.category_id, topics=step, posts=step * live_posts(text))
        count_topics(text.tags.all(), step)
        search_index.put_topic(text.pk)
        realtime.recheck(channel=f"topic.{text.pk}")
    elif isinstance(text, Post):
        Topic.objects.filter(pk=text.topic_id).update(
            replies_count=F("replies_count") + step, **last_activity(text.topic)
        )
        if text.topic.deleted_at is None:
            move_category_counters(text.topic.category_id, posts=step)
        search_index.put_posts(text.pk)
    else:
        target = text.target
        type(target)._default_manager.filter(pk=target.pk).update(comments_count=F("comments_count") + step)
        if text.root_id is not None:
            Comment.objects.filter(pk=text.root_id).update(replies_count=F("replies_count") + step)
        search_index.put_comments(text.pk)


def _fact(event: Any, text: Text, actor: Any) -> Any:
    return event(kind=kind_of(text), object_id=text.pk, author_id=text.author_id, actor_id=actor.pk)
