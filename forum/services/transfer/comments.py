"""Writing comments that come from elsewhere: threads at once, known ones left alone, counters right at every commit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from community_platform.core.consistency import count_of
from courses.models import Course, Lesson
from forum.models import Comment, Like, Revision
from forum.services import search_index
from forum.services.transfer.rows import CHUNK, Kind, known, recount_likes, remember, render_missing
from forum.services.transfer.texts import Text


@dataclass(slots=True)
class NewComment:
    """A comment as it came; keys of its root and of what it answers, None for a root."""

    key: str
    author: int
    source: str  # Markdown
    created_at: datetime
    root: str | None = None
    parent: str | None = None
    likes: list[tuple[int, datetime]] = field(default_factory=list)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class NewThread:
    """A root, first, with all that stands below it."""

    target: Course | Lesson
    comments: list[NewComment]


def write_comments(source: str, threads: Sequence[NewThread]) -> Counter[str]:
    """Write threads of one site; return how many rows of each kind were added."""
    came = [(thread.target, comment) for thread in threads for comment in thread.comments]
    texts = render_missing(Kind.COMMENT, source, {comment.key: comment.source for _target, comment in came})
    with transaction.atomic():
        here = known(Kind.COMMENT, source, (comment.key for _target, comment in came))
        fresh = [(target, one) for target, one in came if one.key in texts and one.key not in here]
        rows: dict[str, Comment] = {}
        for is_root in (True, False):
            level = [(target, one) for target, one in fresh if (one.root is None) is is_root]
            rows |= _insert(level, here | {key: row.pk for key, row in rows.items()}, texts)
        pks = here | {key: row.pk for key, row in rows.items()}
        remember(Kind.COMMENT, source, {key: row.pk for key, row in rows.items()})
        _point_at_parents(fresh, rows, pks)
        likes = _likes([comment for _target, comment in came], here, pks)
        Revision.objects.bulk_create(
            [Revision(comment=rows[one.key], **given) for _target, one in fresh for given in one.revisions],
            batch_size=CHUNK,
        )
        _count([thread.comments[0].key for thread in threads], pks, fresh)
        for start in range(0, len(rows), CHUNK):
            search_index.put_comments(*(row.pk for row in list(rows.values())[start : start + CHUNK]))
    return Counter(comments=len(rows), likes=likes)


def _insert(
    level: list[tuple[Course | Lesson, NewComment]], pks: dict[str, int], texts: dict[str, Text]
) -> dict[str, Comment]:
    """Insert comments of one level; an answer answers its root until all of them have keys."""
    rows = {}
    for target, one in level:
        root = pks.get(one.root) if one.root else None
        if one.root and root is None:
            continue  # its root is on a course that is not here
        about = {"course": target} if isinstance(target, Course) else {"lesson": target}
        rows[one.key] = Comment(
            **about, **one.columns, **texts[one.key].columns, author_id=one.author, created_at=one.created_at,
            root_id=root, parent_id=root,
        )  # fmt: skip
    Comment.objects.bulk_create(rows.values(), batch_size=CHUNK)
    return rows


def _point_at_parents(fresh: list[Any], rows: dict[str, Comment], pks: dict[str, int]) -> None:
    answers = []
    for _target, one in fresh:
        parent = pks.get(one.parent or "")
        if one.key in rows and one.root and parent is not None and parent != rows[one.key].root_id:
            rows[one.key].parent_id = parent
            answers.append(rows[one.key])
    Comment.objects.bulk_update(answers, ["parent"], batch_size=CHUNK)


def _likes(came: list[NewComment], here: dict[str, int], pks: dict[str, int]) -> int:
    wanted = {(user, pks[one.key]): at for one in came if one.key in pks for user, at in one.likes}
    old = list(here.values())
    for start in range(0, len(old), CHUNK):
        for pair in Like.objects.filter(comment__in=old[start : start + CHUNK]).values_list(
            "user", "comment"
        ):
            wanted.pop(pair, None)
    likes = [Like(user_id=user, comment_id=pk, created_at=at) for (user, pk), at in wanted.items()]
    Like.objects.bulk_create(likes, batch_size=CHUNK)
    recount_likes(Comment, "comment", {pk for _user, pk in wanted})
    return len(wanted)


def _count(roots: list[str], pks: dict[str, int], fresh: list[tuple[Course | Lesson, NewComment]]) -> None:
    """Count anew the replies of each root; add what came to the courses and lessons."""
    keys = [pks[key] for key in roots if key in pks]
    live = Comment.objects.filter(deleted_at=None)
    for start in range(0, len(keys), CHUNK):
        Comment.objects.filter(pk__in=keys[start : start + CHUNK]).update(
            replies_count=count_of(live, "root")
        )
    came = Counter(
        (type(target), target.pk)
        for target, one in fresh
        if one.key in pks and not one.columns.get("deleted_at")
    )
    for model in (Course, Lesson):
        for pk in sorted(pk for kind, pk in came if kind is model):
            model.objects.filter(pk=pk).update(comments_count=F("comments_count") + came[model, pk])  # type: ignore[attr-defined]
