"""What the forum holds about a person: given out, and removed."""

from collections.abc import Iterator
from typing import Any

from forum.models import Comment, Like, Post, TopicRead


def export_forum(user: Any) -> Iterator[tuple[str, Any]]:
    """Yield (file name, JSON-able data) of what `user` wrote, liked and read; also what was deleted since."""
    posts = Post.objects.filter(author=user).select_related("topic").order_by("pk")
    yield (
        "posts.json",
        [
            {"topic": row.topic_id, "title": row.topic.title, "number": row.number, **_text(row)}
            for row in posts
        ],
    )
    comments = Comment.objects.filter(author=user).order_by("pk")
    yield (
        "comments.json",
        [
            {"course": row.course_id, "lesson": row.lesson_id, "parent": row.parent_id, **_text(row)}
            for row in comments
        ],
    )
    yield (
        "likes.json",
        [
            {"post": row.post_id, "comment": row.comment_id, "created_at": row.created_at.isoformat()}
            for row in Like.objects.filter(user=user).order_by("pk")
        ],
    )
    yield (
        "reading.json",
        [
            {
                "topic": row.topic_id,
                "last_read_number": row.last_read_number,
                "read_at": row.read_at.isoformat(),
            }
            for row in TopicRead.objects.filter(user=user).order_by("pk")
        ],
    )


def erase_forum(user: Any) -> None:
    """Forget what `user` read. Texts and likes stay, under the anonymised account: threads and counters need them."""
    TopicRead.objects.filter(user=user).delete()


def _text(row: Post | Comment) -> dict[str, Any]:
    return {
        "content": row.content,
        "created_at": row.created_at.isoformat(),
        "edited_at": row.edited_at.isoformat() if row.edited_at else None,
        "deleted_at": row.deleted_at.isoformat() if row.deleted_at else None,
    }
