"""Former versions of texts: kept by edits, hidden and brought back by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from community_platform.core import text
from community_platform.core.permissions import ensure
from community_platform.core.worddiff import changed_chars
from forum.limits import EDIT_REASON_MAX, GRACE_CHARS, GRACE_SECONDS
from forum.models import Comment, Post, Revision, Topic
from profiles.models import CaseState, ReviewCase
from profiles.services.log import log


@dataclass(frozen=True, slots=True)
class Version:
    """What a version is made of; title and tags are those of a topic, empty elsewhere."""

    content: str
    title: str = ""
    tags: Sequence[str] = ()


def version_of(
    row: Post | Comment, *, topic: Topic | None = None, title: str | None = None, content: str | None = None
) -> Version:
    """Return `row` as it is, or as it will be with another title or content; a body with its topic. One query."""
    content = row.content if content is None else content
    if isinstance(row, Comment) or not row.is_body:
        return Version(content)
    topic = topic or row.topic
    tags = topic.tags.order_by("name").values_list("name", flat=True)
    return Version(content, topic.title if title is None else title, list(tags))


def clean_reason(reason: str) -> str:
    """Return the reason of an edit, which may be empty. Raises Invalid on `reason`."""
    return text.clean(reason, field="reason", low=0, high=EDIT_REASON_MAX, multiline=False) if reason else ""


def keep_former(*, actor: Any, row: Post | Comment, old: Version, new: Version, reason: str) -> Revision | None:
    """Keep `old`, which an edit of the locked `row` replaces by `new`; None for a correction in the grace time.

    The grace time: the same person, within five minutes of the version, at most 100 characters, no reason given, and
    nobody reported the text. At most three queries.
    """
    kind = "post" if isinstance(row, Post) else "comment"
    last = Revision.objects.filter(**{kind: row}).order_by("-number").first()
    if not reason and _is_correction(actor, row, last, old, new):
        return None
    return Revision.objects.create(
        **{kind: row},
        number=last.number + 1 if last else 0,
        title=old.title,
        tags=list(old.tags),
        content=old.content,
        editor_id=actor.pk,
        reason=reason,
        created_at=timezone.now(),
    )


def _is_correction(actor: Any, row: Post | Comment, last: Revision | None, old: Version, new: Version) -> bool:
    editor_id, since = (last.editor_id, last.created_at) if last else (row.author_id, row.created_at)
    if editor_id != actor.pk or timezone.now() - since > timedelta(seconds=GRACE_SECONDS):
        return False
    if sorted(old.tags) != sorted(new.tags):
        return False
    changed = changed_chars(old.title, new.title) + changed_chars(old.content, new.content)
    return changed <= GRACE_CHARS and not _is_reported(row)


def _is_reported(row: Post | Comment) -> bool:
    subjects = [("comment", row.pk)]
    if isinstance(row, Post):
        subjects = [("topic", row.topic_id)] if row.is_body else [("post", row.pk)]
    kind, pk = subjects[0]
    return ReviewCase.objects.filter(kind=kind, object_id=pk, state=CaseState.OPEN).exists()


def hide_revision(*, actor: Any, revision: Revision, is_hidden: bool) -> Revision:
    """Hide a former version from everybody but moderators, or show it again. Raises NotAllowed."""
    row = revision.post or revision.comment
    assert row is not None  # noqa: S101 - the CHECK constraint holds it
    ensure(actor, "forum.hide_revision", row)
    with transaction.atomic():
        locked = Revision.objects.select_for_update().get(pk=revision.pk)
        if locked.is_hidden != is_hidden:
            locked.is_hidden = is_hidden
            locked.save(update_fields=["is_hidden"])
            log(
                actor,
                "hide_revision" if is_hidden else "show_revision",
                kind="comment" if revision.comment_id else "post",
                object_id=row.pk,
                target=row.author,
                category_ref=row.topic.category_id if isinstance(row, Post) else None,
                title=f"#{locked.number + 1}",
                url=f"{row.get_absolute_url()}history/",
                is_public=False,
            )
    return locked
