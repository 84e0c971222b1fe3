"""The versions of a text, as its history page and the API show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString

from community_platform.core.permissions import may
from community_platform.core.worddiff import diff_html
from forum.limits import REVISIONS_PER_PAGE
from forum.models import Comment, Post, Revision
from forum.selectors.comments import visible_comments


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text: `former` is the row that keeps it, None for the text of now.

    `editor` made it, at `at`, for `reason`. A version that is hidden from the reader has neither text nor difference.
    """

    number: int
    editor: Any
    at: datetime
    reason: str
    former: Revision | None
    content: str
    title: str
    tags: list[str]
    is_hidden: bool
    is_shown: bool
    changes: SafeString | None = None  # to the version before; None for the first one
    title_changes: SafeString | None = None


def history(user: Any, row: Post | Comment, page: int = 1) -> tuple[list[Version], int, int]:
    """Return page `page` of the versions of a visible text, newest first; how many pages and versions. Three queries.

    Only moderators read a version that was hidden, and what changed from it and to it.
    """
    kept = _kept(row)
    total = kept.count() + 1
    pages = -(-total // REVISIONS_PER_PAGE)
    if not 1 <= page <= pages:
        return [], pages, total
    first = total - page * REVISIONS_PER_PAGE  # of the page, oldest; one more before it, for its difference
    reveals = may(user, "forum.hide_revision", row)
    rows = list(kept.order_by("number").select_related("editor")[max(0, first - 1) : first + REVISIONS_PER_PAGE])
    versions = _versions(row, rows, max(0, first - 1), reveals, has_newest=page == 1)
    shown = [version for version in versions if version.number > max(0, first)]
    return shown[::-1][:REVISIONS_PER_PAGE], pages, total


def _kept(row: Post | Comment) -> Any:
    return Revision.objects.filter(post=row) if isinstance(row, Post) else Revision.objects.filter(comment=row)


def _versions(
    row: Post | Comment, rows: list[Revision], offset: int, reveals: bool, *, has_newest: bool
) -> list[Version]:
    """Return versions offset+1, offset+2 …, each with its difference to the one before, where that is among them."""
    found: list[Version] = []
    before: Revision | None = None
    for former in [*rows, None] if has_newest else rows:
        is_hidden = former is not None and former.is_hidden
        content, title, tags = _text(row, former)
        last = found[-1] if found else None
        is_shown = reveals or not is_hidden
        comparable = last is not None and last.is_shown and is_shown
        found.append(
            Version(
                number=offset + len(found) + 1,
                editor=before.editor if before else row.author,
                at=before.created_at if before else row.created_at,
                reason=before.reason if before else "",
                former=former, content=content if is_shown else "", title=title if is_shown else "", tags=tags,
                is_hidden=is_hidden, is_shown=is_shown,
                changes=diff_html(last.content, content) if comparable and last else None,
                title_changes=diff_html(last.title, title) if comparable and last and last.title != title else None,
            )
        )  # fmt: skip
        before = former
    return found


def _text(row: Post | Comment, former: Revision | None) -> tuple[str, str, list[str]]:
    if former is not None:
        return former.content, former.title, list(former.tags)
    if isinstance(row, Post) and row.is_body:
        return row.content, row.topic.title, [tag.name for tag in row.topic.tags.all()]
    return row.content, "", []


def visible_revisions(user: Any) -> Any:
    """Return the former versions of texts that `user` sees, with what rules need."""
    seen = Q(post__in=Post.objects.visible_to(user)) | Q(comment__in=visible_comments(user))
    return Revision.objects.filter(seen).select_related(
        "post__author", "post__topic__category__course", "post__topic__course", "post__topic__author",
        "comment__author", "comment__course", "comment__lesson__course",
    )  # fmt: skip
