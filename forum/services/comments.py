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
from community_platform.core.rates import limits_for
from courses.models import Course
from forum.events import CommentCreated, CommentEdited
from forum.limits import COMMENT_MAX, COMMENT_MIN
from forum.models import Comment
from forum.selectors.comments import Target, may_comment, visible_targets
from forum.selectors.places import channel_of
from forum.services import guards, search_index
from forum.services.content import Prepared, prepare
from forum.services.deeds import note_comment
from forum.services.hiding import ensure_editable, mending
from forum.services.locks import lock_comment_row, lock_counted_comment
from forum.services.noting import note_removal
from forum.services.pictures import adopt_pictures
from forum.services.removal import bring_back, take_away
from forum.services.revisions import clean_reason, keep_former, version_of
from profiles import privacy
from profiles.selectors import person


def post_comment(*, actor: Any, target: Target, content: str, now: datetime | None = None) -> Comment:
    """Comment on a course or lesson and return the comment.

    Raises: NotSignedIn, NotAllowed (a lesson that `actor` may not open), NotFound, Invalid, Conflict `duplicate`,
    TooFast.  Publishes: CommentCreated, and `comment:new_reply` on the target's channel.
    """
    ensure(actor, "forum.comment", target)
    _ensure_open(actor, target)
    text = _prepared(content)
    guards.check_text(actor=actor, body=text)
    with transaction.atomic():
        _lock_target(actor, target)
        _admit(actor, target, text)
        return _held_if_suspicious(actor, _create(actor, target, text, None, now), text)


def reply(*, actor: Any, comment: Comment, content: str, now: datetime | None = None) -> Comment:
    """Answer `comment`; an answer to an answer stands under the same root.

    Raises: NotSignedIn, NotAllowed, NotFound (deleted meanwhile), Conflict `comment_locked` and `duplicate`,
    Invalid, TooFast.
    Publishes: CommentCreated, and `comment:new_reply` to the target's channel and the author of `comment`.
    """
    ensure(actor, "forum.comment", comment.target)
    _ensure_open(actor, comment.target)
    text = _prepared(content)
    guards.check_text(actor=actor, body=text)
    with transaction.atomic():
        _lock_target(actor, comment.target)
        root = lock_comment_row(comment.root_id or comment.pk)
        parent = root if comment.root_id is None else lock_comment_row(comment.pk)
        if parent.is_deleted:
            raise NotFound
        if root.is_locked and not may(actor, "forum.reply_when_locked"):
            raise Conflict(_("This comment is locked; it takes no more replies."), code="comment_locked")
        _admit(actor, comment.target, text)
        created = _create(actor, comment.target, text, parent, now)
        Comment.objects.filter(pk=root.pk).update(replies_count=F("replies_count") + 1)
        _held_if_suspicious(actor, created, text)
    return created


def edit_comment(
    *, actor: Any, comment: Comment, content: str, reason: str = "", expected_revision: int | None = None
) -> Comment:
    """Replace the text, keep the former one and mark the comment as edited; the same text changes nothing.

    Raises: NotAllowed (rule forum.edit_comment), NotFound, Stale, Invalid, TooFast.  Publishes: CommentEdited.
    """
    ensure(actor, "forum.edit_comment", comment)
    text = _prepared(content)
    guards.check_text(actor=actor, body=text)
    reason = clean_reason(reason)
    ratelimits.hit(actor.pk, *limits_for(actor, "edit"))
    with transaction.atomic(), mending(actor, comment):
        locked = lock_comment_row(comment.pk)
        ensure_editable(actor, locked)
        if expected_revision is not None and locked.revision != expected_revision:
            raise Stale
        if locked.content != text.source:
            new = version_of(locked, content=text.source)
            keep_former(actor=actor, row=locked, old=version_of(locked), new=new, reason=reason)
            mentioned = text.mentioned_newly(locked.content_html)
            for column, value in text.columns.items():
                setattr(locked, column, value)
            locked.edited_at = timezone.now()
            locked.revision += 1
            locked.save(update_fields=[*text.columns, "edited_at", "revision"])
            search_index.put_comments(locked.pk)
            adopt_pictures(actor=actor, row=locked)
            publish(CommentEdited(comment_id=locked.pk, editor_id=actor.pk, mentioned=mentioned))
    return locked


def delete_comment(*, actor: Any, comment: Comment) -> None:
    """Take `comment` away; replies under it stay. Deleting it again changes nothing.

    Raises: NotAllowed (rule forum.delete_comment).  Publishes: ContentDeleted.
    """
    ensure(actor, "forum.delete_comment", comment)
    with transaction.atomic():
        locked = lock_counted_comment(comment)
        note_removal(actor, "delete", locked)
        take_away(locked, actor)


def restore_comment(*, actor: Any, comment: Comment) -> Comment:
    """Bring a deleted comment back. Raises: NotAllowed (rule forum.restore).  Publishes: ContentRestored."""
    ensure(actor, "forum.restore", comment)
    with transaction.atomic():
        locked = lock_counted_comment(comment)
        note_removal(actor, "restore", locked)
        bring_back(locked, actor)
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
        locked = lock_comment_row(comment.pk)
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


def _admit(actor: Any, target: Target, text: Prepared) -> None:
    guards.check_comment(actor=actor, target=target, body=text)
    ratelimits.hit(actor.pk, *limits_for(actor, "comment"))


def _held_if_suspicious(actor: Any, comment: Comment, text: Prepared) -> Comment:
    """Hide a comment that guards take for spam until moderators have looked; counters must be right by now."""
    if why := guards.suspicion(actor=actor, body=text):
        guards.hold(kind="comment", row=comment, why=why)
    return comment


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
    adopt_pictures(actor=actor, row=comment)
    type(target)._default_manager.filter(pk=target.pk).update(comments_count=F("comments_count") + 1)
    search_index.put_comments(comment.pk)
    told = {
        "comment_id": comment.pk,
        "parent_id": parent.pk if parent else None,
        "author": person(actor),
    }
    realtime.publish(channel=channel_of(target), type="comment:new_reply", data=told)
    if parent is not None and parent.author_id != actor.pk and privacy.hears(parent.author_id, actor.pk):
        realtime.publish(channel=realtime.user_channel(parent.author_id), type="comment:new_reply", data=told)
    note_comment(comment)
    publish(
        CommentCreated(
            comment_id=comment.pk,
            author_id=actor.pk,
            parent_id=parent.pk if parent else None,
            mentioned=text.mentioned,
        )
    )
    return comment
