"""Comments below a course or lesson, as pages and API show them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Exists, OuterRef, Q, Value

from community_platform.core.permissions import may
from courses.models import Course, Lesson
from courses.selectors import may_open
from forum.limits import COMMENTS_PER_PAGE
from forum.models import Comment, Like
from forum.models.comment import CommentQuerySet
from forum.selectors.places import Place, channel_of, kind_of, place_of

Target = Course | Lesson
WITH = ("author", "course", "lesson__course")


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of roots below `target`, each with `shown_replies` and `is_liked` set, and what the reader may do."""

    target: Target
    page: "Page[Comment]"
    may_comment: bool
    may_moderate: bool  # pin and lock
    place: Place

    @property
    def kind(self) -> str:
        return kind_of(self.target)

    @property
    def author_ids(self) -> set[int]:
        """Who wrote what is on the page."""
        roots = self.page.object_list
        return {row.author_id for root in roots for row in (root, *getattr(root, "shown_replies", ()))}

    @property
    def token(self) -> str:
        """A new token for each form on the page: a form sent twice makes one comment."""
        return uuid.uuid4().hex

    @property
    def channel(self) -> str:
        return channel_of(self.target)

    @property
    def cursor(self) -> int:
        """The newest event of the live channel, from where the page listens."""
        return self.place.cursor


class Roots(Page):  # type: ignore[type-arg]  # no generic when it runs
    """A page of roots that knows whether more follow, so that only who shows page numbers counts them."""

    def __init__(self, rows: list[Comment], number: int, paginator: Any, is_last: bool) -> None:
        super().__init__(rows, number, paginator)
        self.is_last = is_last

    def has_next(self) -> bool:
        return not self.is_last

    def next_page_number(self) -> int:
        return int(self.number) + 1


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


def roots(target: Target, user: Any) -> CommentQuerySet:
    """Return the first level: pinned first, then newest. A deleted root stays while replies hang on it."""
    shown = Comment.objects.on(target).filter(root=None).filter(_there(user) | Q(replies_count__gt=0))
    return _dressed(shown, user).order_by("-is_pinned", "-created_at", "-id")


def with_replies(comments: Iterable[Comment], user: Any) -> list[Comment]:
    """Set `shown_replies` (oldest first) and `answered` on roots and their replies. One query."""
    rows = list(comments)
    return _joined(rows, _dressed(_replies(user).filter(root__in=[row.pk for row in rows]), user))


def thread(target: Target, user: Any, number: Any = 1, place: Place | None = None) -> Thread:
    """Return a page of the thread below `target`; a number out of range gives the nearest page.

    Two queries: what the reader left here (none where `place` is given, read before), then roots and replies together.
    One more for a page after the first.
    """
    place = place or place_of(user, target)
    ordered = roots(target, user)
    paginator: Any = Paginator(ordered, COMMENTS_PER_PAGE)
    first = 1 if number in {None, "", "1", 1} else paginator.get_page(number).number
    start = (first - 1) * COMMENTS_PER_PAGE
    keys = ordered.values("pk")[start : start + COMMENTS_PER_PAGE + 1]
    below = _dressed(_replies(user).filter(root__in=keys), user)
    found = list(_dressed(Comment.objects.filter(pk__in=keys), user).union(below, all=True))
    level = sorted((row for row in found if row.root_id is None), key=_newest_first)
    shown = _joined(level[:COMMENTS_PER_PAGE], (row for row in found if row.root_id is not None))
    for root in shown:
        set_target(root, target)
    page = Roots(shown, first, paginator, is_last=len(level) <= COMMENTS_PER_PAGE)
    return _thread(target, page, user, place)


def _replies(user: Any) -> CommentQuerySet:
    return Comment.objects.filter(_there(user), root__isnull=False)


def _dressed(rows: CommentQuerySet, user: Any) -> CommentQuerySet:
    """Load authors; annotate `is_liked` by `user` and `is_unheard`: by somebody they ignore or block, shown folded."""
    liked: Any = Value(False, output_field=BooleanField())
    unheard = liked
    if user.is_authenticated:
        liked = Exists(Like.objects.filter(user_id=user.pk, comment=OuterRef("pk")))
        unheard = Exists(user.blocks.filter(other=OuterRef("author")))
    return rows.select_related("author").annotate(is_liked=liked, is_unheard=unheard)


def _newest_first(root: Comment) -> tuple[bool, float, int]:
    return not root.is_pinned, -root.created_at.timestamp(), -root.pk


def _joined(rows: list[Comment], replies: Iterable[Comment]) -> list[Comment]:
    """Hang `replies` on their roots, oldest first, and tell of each which comment it answers."""
    below: dict[int | None, list[Comment]] = defaultdict(list)
    known: dict[int | None, Comment] = {}
    for reply in sorted(replies, key=lambda row: (row.created_at, row.pk)):
        below[reply.root_id].append(reply)
        known[reply.pk] = reply
        # Whom it names: only an answer deeper than the second level, to a comment that is still there.
        reply.answered = known.get(reply.parent_id)  # type: ignore[attr-defined]
    for row in rows:
        row.shown_replies = below[row.pk]  # type: ignore[attr-defined]
    return rows


def _thread(target: Target, page: "Page[Comment]", user: Any, place: Place) -> Thread:
    asked = Comment(course=target) if isinstance(target, Course) else Comment(lesson=target)
    for root in page:
        for row in (root, *root.shown_replies):  # type: ignore[attr-defined]
            row.begun = place.drafts.get(f"comment-reply:{row.pk}")  # type: ignore[attr-defined]
    return Thread(target, page, may_comment(user, target), may(user, "forum.pin_comment", asked), place)


def set_target(root: Comment, target: Target) -> None:
    """Give a root and its replies their loaded target, so that rules need no query."""
    for row in (root, *getattr(root, "shown_replies", ())):
        setattr(row, "course" if isinstance(target, Course) else "lesson", target)


def visible_comments(user: Any) -> CommentQuerySet:
    """Return the comments that have a page of their own, everything of them loaded.

    Deleted ones only for moderators, and a deleted root while replies hang on it (its text is empty then).
    """
    rows = _dressed(Comment.objects.visible_to(user), user).select_related(*WITH)
    if user.is_authenticated and user.is_moderator:
        return rows
    return rows.filter(_there(user))


def _there(user: Any) -> Q:
    """Return the condition of comments that are not deleted, or that moderation hid and `user` wrote."""
    return Q(deleted_at=None) | Q(is_hidden=True, author_id=user.pk) if user.is_authenticated else Q(deleted_at=None)


def one(comment: Comment, user: Any) -> Comment:
    """Return `comment` with its replies (a root's) and the reader's likes."""
    with_replies([comment], user)
    set_target(comment, comment.target)
    return comment


def thread_around(comment: Comment, user: Any) -> Thread:
    """Return the thread that holds just the root of `comment`, for its own page."""
    root = (
        comment if comment.root_id is None else visible_comments(user).get(pk=comment.root_id)
    )
    place = place_of(user, root.target)
    page = Paginator([one(root, user)], 1).page(1)
    return _thread(root.target, page, user, place)
