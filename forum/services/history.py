"""Bringing a former version back: an edit like any other, so it can be undone, too."""

from typing import Any

from django.utils.translation import gettext as _

from community_platform.core.errors import NotFound
from community_platform.core.permissions import may
from forum.models import Comment, Post, Revision
from forum.services.comments import edit_comment
from forum.services.posts import edit_post
from forum.services.topics import edit_topic


def restore_revision(*, actor: Any, revision: Revision, expected_revision: int | None = None) -> Post | Comment:
    """Make a former version the text again, by a new edit; of a topic with its title and tags.

    Raises: NotFound (a hidden version, for all but moderators), and what editing raises.  Publishes: as editing does.
    """
    row = revision.post or revision.comment
    assert row is not None  # noqa: S101 - the CHECK constraint holds it
    if revision.is_hidden and not may(actor, "forum.hide_revision", row):
        raise NotFound
    reason = _("Version %(n)d restored") % {"n": revision.number + 1}
    changes: dict[str, Any] = {"content": revision.content, "reason": reason}
    if isinstance(row, Comment):
        return edit_comment(actor=actor, comment=row, expected_revision=expected_revision, **changes)
    if not row.is_body:
        return edit_post(actor=actor, post=row, expected_revision=expected_revision, **changes)
    topic = row.topic
    edit_topic(actor=actor, topic=topic, title=revision.title or topic.title, tags=revision.tags, **changes)
    return row
