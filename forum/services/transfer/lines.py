"""The shape of the file: which columns a line has, and what stands for rows of other tables."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from forum.services.transfer.texts import storable

FORMAT, VERSION = "community-forum", 1

# Columns whose value is told as it is. A value that says nothing (None, "", 0, false, an empty list) is left out.
CATEGORY = (
    "slug", "name", "description", "icon", "order_index", "audience", "staff_only_topics", "min_trust_level",
    "slow_mode_seconds",
)  # fmt: skip
TAG = ("slug", "name", "description")
WRITTEN = ("created_at", "edited_at", "revision", "deleted_at", "is_hidden", "removal_reason")
TOPIC = (
    "title", "kind", "lesson_second", "is_pinned", "pinned_until", "is_locked", "lock_reason", "slow_mode_seconds",
    "slow_mode_until", "views_count", *WRITTEN,
)  # fmt: skip
POST = ("number", "content", "endorsed_at", *WRITTEN)
COMMENT = ("content", "is_pinned", "is_locked", *WRITTEN)
REVISION = ("number", "title", "tags", "content", "reason", "created_at", "is_hidden")

# Foreign keys and the rest, told by name, number or key of what they point at, or made anew by whoever reads the file.
TOLD_BY_NAME = {
    "Category": {"course"},
    "Tag": {"synonym_of"},
    "Topic": {
        "author", "deleted_by", "category", "course", "lesson", "best_answer", "merged_into", "merged_post", "tags",
        "last_post_number",
    },
    "Post": {"author", "deleted_by", "endorsed_by", "reply_to", "topic"},
    "Comment": {"author", "deleted_by", "course", "lesson", "root", "parent"},
    "Like": {"user", "post", "comment", "created_at"},
    "Revision": {"post", "comment", "editor"},
}  # fmt: skip
MADE_ANEW = {
    "Category": {"topics_count", "posts_count"},
    "Tag": {"topics_count"},
    "Topic": {"likes_count", "replies_count", "last_post_at", "last_post_author", "moved_posts"},
    "Post": {"likes_count", "content_html", "renderer_version"},
    "Comment": {"likes_count", "replies_count", "content_html", "renderer_version"},
}
NEVER_TOLD = {"Category": {"moderators"}}  # rights come from people, not from files


def line(kind: str, /, **values: Any) -> str:
    """Return one line of the file. Equal values always give equal bytes."""
    told = {
        name: _plain(value) for name, value in values.items() if value not in (None, "", 0, False, [], {})
    }
    return json.dumps({"type": kind, **told}, ensure_ascii=False, separators=(",", ":")) + "\n"


def columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the columns of a row that a line tells."""
    return {name: getattr(row, name) for name in names}


def moment(value: str | None) -> datetime | None:
    """Read a time. Raises ValueError for anything but an ISO 8601 time with its zone."""
    if value is None:
        return None
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError("a time needs its zone")
    return read


def own_key(pk: int) -> str:
    """Return how a row that was written here is called everywhere."""
    return f"{settings.SITE_HOST}/{pk}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {
            name: _plain(part) for name, part in value.items() if part not in (None, "", 0, False, [], {})
        }
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def read_columns(model: Any, names: tuple[str, ...], told: dict[str, Any]) -> dict[str, Any]:
    """Return those columns of `model` that a line tells, in their types, cut to what the database holds.

    Raises ValueError for what cannot be a value of the column.
    """
    return {name: _read(model._meta.get_field(name), told[name]) for name in names if name in told}


def _read(field: Any, value: Any) -> Any:
    if isinstance(field, models.DateTimeField):
        return moment(value)
    if isinstance(field, models.JSONField):
        return [storable(part) for part in value] if isinstance(value, list) else []
    if isinstance(field, models.BooleanField):
        return value is True
    if isinstance(field, models.IntegerField):
        if not isinstance(value, int) or not 0 <= value < (
            2**15 if "Small" in type(field).__name__ else 2**31
        ):
            raise ValueError(f"{field.name} is no number that can be stored")
        return value
    if field.choices and value not in dict(field.flatchoices):
        raise ValueError(f"{field.name} is none of its choices")
    return storable(value)[: field.max_length]
