"""Writing comments on courses and lessons.

Locks are taken in one order: course or lesson, then the root, then the comment. Counters move with the rows.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, realtime
from community_platform.core.errors import Conflict, NotAllowed, NotFound, Stale
from community_platform.core.events import publish
from community_platform.core.permissions import ensure, may
from courses.models import Course
from forum.events import CommentCreated, ContentDeleted, ContentRestored
from forum.limits import COMMENT_MAX, COMMENT_MIN, COMMENT_RATES, EDIT_RATES
from forum.models import Comment
from forum.selectors.comments import Target, channel_of, may_comment, visible_targets
from forum.services.content import Prepared, prepare
from profiles.selectors import person


def post_comment(*, actor: Any, target: Target, content: str, now: datetime | None = None) -> Comment:
    """Comment on a course or lesson and return the comment.

    Raises: NotSignedIn, NotAllowed (a lesson that `actor` may not open), NotFound, Invalid, TooFast.
    Publishes: CommentCreated, and `comment:new_reply` on the target's channel.
    """
    ensure(actor, "forum.comment", target)
    _ensure_open(actor, target)
    text = _prepared(content)
    ratelimits.hit(actor.pk, *COMMENT_RATES)
    with transaction.atomic():
        _lock_target(actor, target)
        return _create(actor, target, text, None, now)


def reply(*, actor: Any, comment: Comment, content: str, now: datetime | None = None) -> Comment:
    """Answer `comment`; an answer to an answer stands under the same root.

    Raises: NotSignedIn, NotAllowed, NotFound (deleted meanwhile), Conflict `comment_locked`, Invalid, TooFast.
    Publishes: CommentCreated, and `comment:new_reply` to the target's channel and the author of `comment`.
    """
    ensure(actor, "forum.comment", comment.target)
    _ensure_open(actor, comment.target)
    text = _prepared(content)
    ratelimits.hit(actor.pk, *COMMENT_RATES)
    with transaction.atomic():
        _lock_target(actor, comment.target)
        root = _lock(comment.root_id or comment.pk)
        parent = root if comment.root_id is None else _lock(comment.pk)
        if parent.is_deleted:
            raise NotFound
        if root.is_locked and not may(actor, "forum.reply_when_locked"):
            raise Conflict(_("This comment is locked; it takes no more replies."), code="comment_locked")
        created = _create(actor, comment.target, text, parent, now)
        Comment.objects.filter(pk=root.pk).update(replies_count=F("replies_count") + 1)
    return created


def edit_comment(
    *, actor: Any, comment: Comment, content: str, expected_revision: int | None = None
) -> Comment:
    """Replace the text and mark the comment as edited; the same text changes nothing.

    Raises: NotAllowed (rule forum.edit_comment), NotFound, Stale, Invalid, TooFast.
    """
    ensure(actor, "forum.edit_comment", comment)
    text = _prepared(content)
    ratelimits.hit(actor.pk, *EDIT_RATES)
    with transaction.atomic():
        locked = _lock(comment.pk)
        if locked.is_deleted:
            raise NotFound
        if expected_revision is not None and locked.revision != expected_revision:
            raise Stale
        if locked.content != text.source:
            for column, value in text.columns.items():
                setattr(locked, column, value)
            locked.edited_at = timezone.now()
            locked.revision += 1
            locked.save(update_fields=[*text.columns, "edited_at", "revision"])
    return locked


def delete_comment(*, actor: Any, comment: Comment) -> None:
    """Take `comment` away; replies under it stay. Deleting it again changes nothing.

    Raises: NotAllowed (rule forum.delete_comment).  Publishes: ContentDeleted.
    """
    ensure(actor, "forum.delete_comment", comment)
    with transaction.atomic():
        locked = _lock_all(comment)
        if locked.is_deleted:
            return
        locked.deleted_at, locked.deleted_by_id = timezone.now(), actor.pk
        locked.save(update_fields=["deleted_at", "deleted_by"])
        _count(locked, -1)
        publish(
            ContentDeleted(kind="comment", object_id=locked.pk, author_id=locked.author_id, actor_id=actor.pk)
        )


def restore_comment(*, actor: Any, comment: Comment) -> Comment:
    """Bring a deleted comment back. Raises: NotAllowed (rule forum.restore).  Publishes: ContentRestored."""
    ensure(actor, "forum.restore", comment)
    with transaction.atomic():
        locked = _lock_all(comment)
        if locked.is_deleted:
            locked.deleted_at = locked.deleted_by = None
            locked.save(update_fields=["deleted_at", "deleted_by"])
            _count(locked, +1)
            publish(
                ContentRestored(
                    kind="comment", object_id=locked.pk, author_id=locked.author_id, actor_id=actor.pk
                )
            )
    return locked


def pin_comment(*, actor: Any, comment: Comment, is_pinned: bool) -> Comment:
    """Keep a root at the top, or no longer. Raises: NotAllowed, NotFound, Conflict `not_root`."""
    return _mark(actor, comment, "forum.pin_comment", "is_pinned", is_pinned)


def lock_comment(*, actor: Any, comment: Comment, is_locked: bool) -> Comment:
    """Close a root for replies (moderators may still reply), or open it. Raises: as `pin_comment`."""
    return _mark(actor, comment, "forum.lock_comment", "is_locked", is_locked)


def _mark(actor: Any, comment: Comment, permission: str, field: str, value: bool) -> Comment:
    ensure(actor, permission, comment)
    with transaction.atomic():
        locked = _lock(comment.pk)
        if locked.is_deleted:
            raise NotFound
        if locked.root_id is not None:
            raise Conflict(_("Only a comment of the first level can be pinned or locked."), code="not_root")
        setattr(locked, field, value)
        locked.save(update_fields=[field])
    return locked


def _ensure_open(actor: Any, target: Target) -> None:
    if not may_comment(actor, target):
        raise NotAllowed(_("Enrol in the course to comment on its lessons."), code="not_enrolled")


def _prepared(content: str) -> Prepared:
    return prepare(content, low=COMMENT_MIN, high=COMMENT_MAX)


def _lock_target(actor: Any, target: Target) -> None:
    """Lock what is commented on; it may have been hidden since it was read."""
    rows = visible_targets(actor)["course" if isinstance(target, Course) else "lesson"]
    if rows.select_for_update(of=("self",), no_key=True).filter(pk=target.pk).first() is None:
        raise NotFound


def _lock(pk: int) -> Comment:
    row = (
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("author", "course", "lesson__course")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _lock_all(comment: Comment) -> Comment:
    """Lock the target, the root and the comment, in that order, and return the comment."""
    target = comment.target
    list(type(target)._default_manager.select_for_update(no_key=True).filter(pk=target.pk).values_list("pk"))
    if comment.root_id is not None:
        _lock(comment.root_id)
    return _lock(comment.pk)


def _create(
    actor: Any, target: Target, text: Prepared, parent: Comment | None, now: datetime | None
) -> Comment:
    comment = Comment.objects.create(
        course=target if isinstance(target, Course) else None,
        lesson=None if isinstance(target, Course) else target,
        author=actor,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        created_at=now or timezone.now(),
        **text.columns,
    )
    type(target)._default_manager.filter(pk=target.pk).update(comments_count=F("comments_count") + 1)
    told = {
        "comment_id": comment.pk,
        "parent_id": parent.pk if parent else None,
        "author": person(actor),
    }
    realtime.publish(channel=channel_of(target), type="comment:new_reply", data=told)
    if parent is not None and parent.author_id != actor.pk:
        realtime.publish(channel=realtime.user_channel(parent.author_id), type="comment:new_reply", data=told)
    publish(
        CommentCreated(
            comment_id=comment.pk,
            author_id=actor.pk,
            parent_id=parent.pk if parent else None,
            mentioned=text.mentioned,
        )
    )
    return comment


def _count(comment: Comment, step: int) -> None:
    """Move the counters above a comment that was deleted or restored; their rows are locked."""
    target = comment.target
    type(target)._default_manager.filter(pk=target.pk).update(comments_count=F("comments_count") + step)
    if comment.root_id is not None:
        Comment.objects.filter(pk=comment.root_id).update(replies_count=F("replies_count") + step)
