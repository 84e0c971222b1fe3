"""Messages as the API, the socket and polling show them: the same for every reader."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from messaging.models import Attachment, Message, Reaction
from profiles.selectors import person

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def loaded(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Load what `shown` needs: two queries beside the rows."""
    return rows.select_related("sender", "about", "reply_to__sender").prefetch_related(
        "attachments", "reactions"
    )


def shown(message: Message) -> dict[str, Any]:
    """Return `message` (see `loaded`) as a program sees it. A deleted one has neither text nor files."""
    is_gone = message.is_deleted
    files = [] if is_gone else [attachment_shown(row) for row in message.attachments.all()]
    return {
        "id": message.pk,
        "conversation": message.conversation_id,
        "seq": message.seq,
        "kind": message.kind,
        "sender": person(message.sender) if message.sender else None,
        "about": person(message.about) if message.about else None,
        "content": "" if is_gone else message.content,
        "content_html": "" if is_gone else message.content_html,
        "client_id": str(message.client_id) if message.client_id else None,
        "attachments": files,
        "attachment_url": files[0]["url"] if files else None,
        "attachment_type": files[0]["content_type"] if files else None,
        "reply_to": None if is_gone else _quoted(message.reply_to),
        "reactions": [] if is_gone else reactions_shown(message.reactions.all()),
        "is_edited": message.is_edited,
        "is_deleted": is_gone,
        "created_at": message.created_at.strftime(TIME_FORMAT),
        "updated_at": (message.deleted_at or message.edited_at or message.created_at).strftime(TIME_FORMAT),
    }


def attachment_shown(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "url": f"/messages/attachments/{row.pk}/",
        "thumbnail_url": f"/messages/attachments/{row.pk}/?small" if row.thumbnail else None,
        "name": row.name,
        "content_type": row.content_type,
        "size": row.size,
        "width": row.width,
        "height": row.height,
    }


def reactions_shown(rows: Iterable[Reaction]) -> list[dict[str, Any]]:
    """Return `{emoji, count, user_ids}` in the order in which each emoji came first."""
    people: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.pk):
        people.setdefault(row.emoji, []).append(row.user_id)
    return [{"emoji": emoji, "count": len(ids), "user_ids": ids} for emoji, ids in people.items()]


def _quoted(message: Message | None) -> dict[str, Any] | None:
    if message is None:
        return None
    words = "" if message.is_deleted else " ".join(message.content.split())[:160]
    return {
        "id": message.pk,
        "seq": message.seq,
        "sender": person(message.sender) if message.sender else None,
        "excerpt": words,
        "is_deleted": message.is_deleted,
    }
