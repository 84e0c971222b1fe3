"""What becomes of rows of the forum when two accounts become one."""

from collections.abc import Sequence
from typing import Any

from community_platform.core import merging
from community_platform.core.merging import custom, move, move_unique
from forum.models import ReadMark, TopicRead, Watch
from forum.services import likes
from forum.services.mentions import rename_mentions


def _likes(keep: Any, absorb: Any) -> int:
    """Move likes; two of one thing are one, and nobody likes what they wrote. Texts have their new author already."""
    return likes.carry_likes(keep=keep, absorb=absorb)


def _mentions(keep: Any, absorb: Any) -> int:
    """Let texts that mention the account that goes mention the one that stays."""
    return rename_mentions(names=[absorb.username], to=keep.username)


def _read_further(kept: TopicRead, other: TopicRead) -> Sequence[str]:
    """Whichever account read further, the person has; their own choice of a level wins over a derived one."""
    kept.last_read_number = max(kept.last_read_number, other.last_read_number)
    kept.read_at = max(kept.read_at, other.read_at)
    if kept.level is None or (other.is_manual and not kept.is_manual):
        kept.level, kept.is_manual = other.level, other.is_manual
    return ("last_read_number", "read_at", "level", "is_manual")


def _read_later(kept: ReadMark, other: ReadMark) -> Sequence[str]:
    kept.read_at = max(kept.read_at, other.read_at)
    return ("read_at",)


def _watch_closer(kept: Watch, other: Watch) -> Sequence[str]:
    kept.level = max(kept.level, other.level)
    return ("level",)


def register() -> None:
    """Register what becomes of the rows; authors come before likes."""
    merging.rules(
        move(
            "forum.Topic.author", "forum.Post.author", "forum.Comment.author", "forum.Topic.deleted_by",
            "forum.Post.deleted_by", "forum.Comment.deleted_by", "forum.Topic.last_post_author",
            "forum.Post.endorsed_by", "forum.Revision.editor", "forum.Picture.owner", "forum.SearchEntry.author",
        ),
        custom(_likes, "forum.Like.user"),
        custom(_mentions, "forum.SearchEntry.person"),  # the entry itself goes with the account
        move_unique("forum.TopicRead.user", same=("topic_id",), join=_read_further),
        move_unique("forum.ReadMark.user", same=("category_id",), join=_read_later),
        move_unique("forum.Watch.user", same=("category_id", "tag_id", "course_id"), join=_watch_closer),
        move_unique("forum.Draft.user", same=("key",)),
        move_unique("forum.Category_moderators.user", same=("category_id",)),
    )  # fmt: skip

