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
from community_platform.core.rates import limits_for
from forum.events import PostCreated, PostEdited
from forum.limits import POST_MAX, POST_MIN
from forum.models import Post, Topic
from forum.services import guards, search_index
from forum.services.content import prepare
from forum.services.hiding import ensure_editable, mending
from forum.services.locks import check_revision, lock_counted_topic, lock_post_row, move_category_counters
from forum.services.noting import note_removal
from forum.services.pictures import adopt_pictures
from forum.services.reading import mark_written
from forum.services.removal import bring_back, take_away
from forum.services.revisions import clean_reason, keep_former, version_of
from profiles.selectors import person


def reply(
    *, actor: Any, topic: Topic, content: str, reply_to: int | None = None, typed_seconds: float | None = None
) -> Post:
    """Add a post to `topic`. Publishes PostCreated and, on the topic's channel, topic:new_post.

    The number comes from the locked topic row, so parallel writers get 1..N without gap. What guards take for spam is
    held: hidden until a moderator has looked. `typed_seconds` is how long its form was open, where there was one.
    Raises NotFound, Conflict `topic_locked`, `duplicate`, `consecutive_replies`, Invalid on `content` or `reply_to`,
    TooFast, also `slow_mode`.
    """
    ensure(actor, "forum.reply", topic)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    guards.check_text(actor=actor, body=body)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk)
        if not Topic.objects.visible_to(actor).filter(pk=locked.pk).exists() or locked.deleted_at is not None:
            raise NotFound
        _check_open(actor, locked)
        answered = _find_answered(locked, reply_to)
        guards.check_slow_mode(actor=actor, topic=locked)
        guards.check_reply(actor=actor, topic=locked, body=body)
        ratelimits.hit(actor.pk, *limits_for(actor, "reply"))
        why = guards.suspicion(actor=actor, body=body, typed_seconds=typed_seconds)
        now = timezone.now()
        number = locked.last_post_number + 1
        post = Post.objects.create(
            topic=locked, number=number, author=actor, reply_to=answered, created_at=now, **body.columns
        )
        adopt_pictures(actor=actor, row=post)
        Topic.objects.filter(pk=locked.pk).update(
            last_post_number=number, replies_count=F("replies_count") + 1, last_post_at=now, last_post_author=actor
        )
        move_category_counters(locked.category_id, posts=1)
        mark_written(user=actor, topic=locked, number=number)
        search_index.put_posts(post.pk)
        if why:
            guards.hold(kind="post", row=post, why=why)
        else:
            _tell_readers(post, replies_count=locked.replies_count + 1)
        publish(PostCreated(post_id=post.pk, topic_id=locked.pk, author_id=actor.pk, mentioned=body.mentioned))
    return post


def edit_post(
    *, actor: Any, post: Post, content: str, reason: str = "", expected_revision: int | None = None
) -> Post:
    """Change the text of a post and keep the former one. The same text again changes nothing. Publishes PostEdited.

    Raises Stale, Invalid, NotAllowed, NotFound, TooFast.
    """
    ensure(actor, "forum.edit_post", post)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    guards.check_text(actor=actor, body=body)
    reason = clean_reason(reason)
    ratelimits.hit(actor.pk, *limits_for(actor, "edit"))
    with transaction.atomic(), mending(actor, post):
        locked = lock_post_row(post.pk)
        if locked.topic.deleted_at is not None:
            raise NotFound
        ensure_editable(actor, locked)
        check_revision(locked.revision, expected_revision)
        if locked.content == body.source:
            return locked
        old, new = version_of(locked), version_of(locked, content=body.source)
        keep_former(actor=actor, row=locked, old=old, new=new, reason=reason)
        mentioned = body.mentioned_newly(locked.content_html)
        locked.edited_at, locked.revision = timezone.now(), locked.revision + 1
        for column, value in body.columns.items():
            setattr(locked, column, value)
        locked.save(update_fields=["edited_at", "revision", *body.columns])
        search_index.put_posts(locked.pk)
        adopt_pictures(actor=actor, row=locked)
        if locked.is_body:
            Topic.objects.filter(pk=locked.topic_id).update(edited_at=locked.edited_at, revision=F("revision") + 1)
        publish(
            PostEdited(post_id=locked.pk, topic_id=locked.topic_id, editor_id=actor.pk, mentioned=mentioned)
        )
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
        note_removal(actor, "delete", locked)
        take_away(locked, actor)


def restore_post(*, actor: Any, post: Post) -> Post:
    """Bring a deleted reply back to its place. Publishes ContentRestored."""
    ensure(actor, "forum.restore", post)
    with transaction.atomic():
        locked = lock_post_row(post.pk, counted=True)
        note_removal(actor, "restore", locked)
        bring_back(locked, actor)
    return locked


def _tell_readers(post: Post, *, replies_count: int) -> None:
    told = {
        "post_id": post.pk, "number": post.number, "author": person(post.author), "replies_count": replies_count,
    }  # fmt: skip
    realtime.publish(channel=f"topic.{post.topic_id}", type="topic:new_post", data=told)


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


