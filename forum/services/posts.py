"""Replying, editing, deleting and restoring posts."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, realtime
from community_platform.core.errors import Conflict, Invalid, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure, may
from forum.events import AnswerUnaccepted, ContentDeleted, ContentRestored, PostCreated
from forum.limits import EDIT_RATES, POST_MAX, POST_MIN, POST_RATES
from forum.models import Post, Topic
from forum.services.content import prepare
from forum.services.locks import check_revision, lock_counted_topic, lock_post_row, move_category_counters
from forum.services.reading import mark_read
from profiles.selectors import person


def reply(*, actor: Any, topic: Topic, content: str, reply_to: int | None = None) -> Post:
    """Add a post to `topic`. Publishes PostCreated and, on the topic's channel, topic:new_post.

    The number comes from the locked topic row, so parallel writers get 1..N without gap. Raises NotFound, Conflict
    `topic_locked`, Invalid on `content` or `reply_to`, TooFast.
    """
    ensure(actor, "forum.reply", topic)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk)
        if not Topic.objects.visible_to(actor).filter(pk=locked.pk).exists() or locked.deleted_at is not None:
            raise NotFound
        _check_open(actor, locked)
        answered = _find_answered(locked, reply_to)
        ratelimits.hit(actor.pk, *POST_RATES)
        now = timezone.now()
        number = locked.last_post_number + 1
        post = Post.objects.create(
            topic=locked, number=number, author=actor, reply_to=answered, created_at=now, **body.columns
        )
        Topic.objects.filter(pk=locked.pk).update(
            last_post_number=number, replies_count=F("replies_count") + 1, last_post_at=now, last_post_author=actor
        )
        move_category_counters(locked.category_id, posts=1)
        mark_read(user=actor, topic=locked, number=number)
        realtime.publish(
            channel=f"topic.{locked.pk}",
            type="topic:new_post",
            data={
                "post_id": post.pk,
                "number": number,
                "author": person(actor),
                "replies_count": locked.replies_count + 1,
            },
        )
        publish(PostCreated(post_id=post.pk, topic_id=locked.pk, author_id=actor.pk, mentioned=body.mentioned))
    return post


def edit_post(*, actor: Any, post: Post, content: str, expected_revision: int | None = None) -> Post:
    """Change the text of a post. The same text again changes nothing. Raises Stale, Invalid, NotAllowed, NotFound."""
    ensure(actor, "forum.edit_post", post)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    ratelimits.hit(actor.pk, *EDIT_RATES)
    with transaction.atomic():
        locked = lock_post_row(post.pk)
        if locked.deleted_at is not None or locked.topic.deleted_at is not None:
            raise NotFound
        check_revision(locked.revision, expected_revision)
        if locked.content == body.source:
            return locked
        locked.edited_at, locked.revision = timezone.now(), locked.revision + 1
        for column, value in body.columns.items():
            setattr(locked, column, value)
        locked.save(update_fields=["edited_at", "revision", *body.columns])
        if locked.is_body:
            Topic.objects.filter(pk=locked.topic_id).update(edited_at=locked.edited_at, revision=F("revision") + 1)
    return locked


def delete_post(*, actor: Any, post: Post) -> None:
    """Take a reply away, leaving a stub. Deleting twice changes nothing.

    A best answer loses its mark. Publishes ContentDeleted, AnswerUnaccepted. Raises Conflict `body` for post
    number 1: the topic goes as a whole.
    """
    ensure(actor, "forum.delete_post", post)
    with transaction.atomic():
        locked = lock_post_row(post.pk, counted=True)
        if locked.is_body:
            raise Conflict(_("The first post is the topic itself. Delete the topic instead."), code="body")
        if locked.deleted_at is not None:
            return
        locked.deleted_at, locked.deleted_by = timezone.now(), actor if actor.pk else None
        locked.save(update_fields=["deleted_at", "deleted_by"])
        if locked.topic.best_answer_id == locked.pk:
            Topic.objects.filter(pk=locked.topic_id).update(best_answer=None)
            publish(AnswerUnaccepted(topic_id=locked.topic_id, post_id=locked.pk, author_id=locked.author_id))
        _recount(locked, -1)
        publish(_fact(ContentDeleted, locked, actor))


def restore_post(*, actor: Any, post: Post) -> Post:
    """Bring a deleted reply back to its place. Publishes ContentRestored."""
    ensure(actor, "forum.restore", post)
    with transaction.atomic():
        locked = lock_post_row(post.pk, counted=True)
        if locked.deleted_at is not None:
            locked.deleted_at = locked.deleted_by = None
            locked.save(update_fields=["deleted_at", "deleted_by"])
            _recount(locked, +1)
            publish(_fact(ContentRestored, locked, actor))
    return locked


def _check_open(actor: Any, topic: Topic) -> None:
    if topic.is_locked and not may(actor, "forum.reply_when_locked", topic):
        reason = _("This topic is locked: %(reason)s") % {"reason": topic.lock_reason}
        raise Conflict(reason if topic.lock_reason else _("This topic is locked."), code="topic_locked")


def _find_answered(topic: Topic, pk: int | None) -> Post | None:
    if pk is None:
        return None
    found = topic.posts.filter(pk=pk, deleted_at__isnull=True).first() if abs(pk) < 2**63 else None
    if found is None:
        raise Invalid(_("The post you answer is not in this topic."), code="does_not_exist", field="reply_to")
    return found


def _recount(post: Post, step: int) -> None:
    """Move the counters by one reply, and the topic's last post to the newest that is not deleted."""
    newest = post.topic.posts.filter(deleted_at__isnull=True).order_by("-number").first()
    assert newest is not None  # noqa: S101 - the body is never deleted alone
    Topic.objects.filter(pk=post.topic_id).update(
        replies_count=F("replies_count") + step, last_post_at=newest.created_at, last_post_author=newest.author_id
    )
    if post.topic.deleted_at is None:
        move_category_counters(post.topic.category_id, posts=step)


def _fact(event: Any, post: Post, actor: Any) -> Any:
    return event(kind="post", object_id=post.pk, author_id=post.author_id, actor_id=actor.pk)
