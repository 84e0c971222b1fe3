"""Comments below a course or lesson, as pages and API show them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from community_platform.core import realtime
from community_platform.core.permissions import may
from courses.models import Course, Lesson
from courses.selectors import may_open
from forum.limits import COMMENTS_PER_PAGE
from forum.models import Comment, Like
from forum.models.comment import CommentQuerySet

Target = Course | Lesson
WITH = ("author", "course", "lesson__course")


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of roots below `target`, each with `shown_replies` and `is_liked` set, and what the reader may do."""

    target: Target
    page: "Page[Comment]"
    may_comment: bool
    may_moderate: bool  # pin and lock

    @property
    def kind(self) -> str:
        return "course" if isinstance(self.target, Course) else "lesson"

    @property
    def token(self) -> str:
        """A new token for each form on the page: a form sent twice makes one comment."""
        return uuid.uuid4().hex

    @property
    def channel(self) -> str:
        return channel_of(self.target)

    @property
    def cursor(self) -> int:
        """The newest event of the live channel, from where the page listens. One query."""
        return realtime.heads([self.channel]).get(self.channel, 0)


def channel_of(target: Target) -> str:
    """Return the live channel of a course or lesson."""
    return f"{'course' if isinstance(target, Course) else 'lesson'}.{target.pk}"


def may_comment(user: Any, target: Target) -> bool:
    """Tell whether `user` may write here: below any visible course, and below lessons they may open.

    Needs `lesson.course` loaded; at most one query.
    """
    return user.is_authenticated and (isinstance(target, Course) or may_open(user, target))


def visible_targets(user: Any) -> dict[str, Any]:
    """Return the querysets of what can carry comments, by name."""
    return {
        "course": Course.objects.visible_to(user),
        "lesson": Lesson.objects.visible_to(user).select_related("course"),
    }


def roots(target: Target) -> CommentQuerySet:
    """Return the first level: pinned first, then newest. A deleted root stays while replies hang on it."""
    shown = Comment.objects.on(target).filter(root=None).filter(Q(deleted_at=None) | Q(replies_count__gt=0))
    return shown.select_related("author").order_by("-is_pinned", "-created_at", "-id")


def with_replies(comments: Iterable[Comment], user: Any) -> list[Comment]:
    """Set `shown_replies` (oldest first), `answered` and `is_liked` on roots and their replies. Two queries."""
    rows = list(comments)
    below: dict[int | None, list[Comment]] = defaultdict(list)
    replies = Comment.objects.filter(root__in=[row.pk for row in rows], deleted_at=None)
    known: dict[int | None, Comment] = {}
    for reply in replies.select_related("author").order_by("created_at", "id"):
        below[reply.root_id].append(reply)
        known[reply.pk] = reply
        # Whom it names: only an answer deeper than the second level, to a comment that is still there.
        reply.answered = known.get(reply.parent_id)  # type: ignore[attr-defined]
    for row in rows:
        row.shown_replies = below[row.pk]  # type: ignore[attr-defined]
    mark_liked([*rows, *(reply for row in rows for reply in below[row.pk])], user)
    return rows


def mark_liked(comments: list[Comment], user: Any) -> None:
    """Set `is_liked` for `user`; no query for visitors."""
    liked: set[int | None] = set()
    if user.is_authenticated and comments:
        mine = Like.objects.filter(user=user, comment__in=[row.pk for row in comments])
        liked = set(mine.values_list("comment_id", flat=True))
    for row in comments:
        row.is_liked = row.pk in liked  # type: ignore[attr-defined]


def thread(target: Target, user: Any, number: Any = 1) -> Thread:
    """Return a page of the thread below `target`; a number out of range gives the nearest page. At most six queries."""
    page = Paginator(roots(target), COMMENTS_PER_PAGE).get_page(number)
    page.object_list = with_replies(page.object_list, user)
    for root in page.object_list:
        place(root, target)
    return _thread(target, page, user)


def _thread(target: Target, page: "Page[Comment]", user: Any) -> Thread:
    asked = Comment(course=target) if isinstance(target, Course) else Comment(lesson=target)
    return Thread(target, page, may_comment(user, target), may(user, "forum.pin_comment", asked))


def place(root: Comment, target: Target) -> None:
    """Give a root and its replies their loaded target, so that rules need no query."""
    for row in (root, *getattr(root, "shown_replies", ())):
        setattr(row, "course" if isinstance(target, Course) else "lesson", target)


def visible_comments(user: Any) -> CommentQuerySet:
    """Return the comments that have a page of their own, everything of them loaded.

    Deleted ones only for moderators, and a deleted root while replies hang on it (its text is empty then).
    """
    rows = Comment.objects.visible_to(user).select_related(*WITH)
    if user.is_authenticated and user.is_moderator:
        return rows
    return rows.filter(deleted_at=None)


def one(comment: Comment, user: Any) -> Comment:
    """Return `comment` with its replies (a root's) and the reader's likes."""
    with_replies([comment], user)
    place(comment, comment.target)
    return comment


def thread_around(comment: Comment, user: Any) -> Thread:
    """Return the thread that holds just the root of `comment`, for its own page."""
    root = (
        comment if comment.root_id is None else Comment.objects.select_related(*WITH).get(pk=comment.root_id)
    )
    page = Paginator([one(root, user)], 1).page(1)
    return _thread(root.target, page, user)
