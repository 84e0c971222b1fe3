"""What the forum gives to a person who asks for their data."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.db.models.fields.files import FieldFile

from community_platform.core import lifecycle
from community_platform.core.lifecycle import CHUNK, Row, Subject, table
from forum.models import (
    Category,
    Comment,
    Draft,
    Like,
    Picture,
    Post,
    ReadMark,
    Revision,
    Topic,
    TopicRead,
    Watch,
)

_TEXT = ("content", "likes_count", "created_at", "edited_at", "deleted_at")


def _own_versions(user: Any) -> Iterator[Row]:
    """Yield former versions of one's own texts, whoever replaced them."""
    for kind in ("post", "comment"):
        rows = Revision.objects.filter(**{f"{kind}__author": user.pk}).order_by("pk")
        columns = (kind, "number", "title", "tags", "content", "created_at")
        for values in rows.values_list(*columns).iterator(CHUNK):
            yield dict(zip(columns, values, strict=True))


def _edits_of_others(user: Any) -> Iterator[Row]:
    """Yield which texts of others a person edited; the words were not theirs."""
    rows = Revision.objects.filter(editor=user.pk)
    rows = rows.exclude(post__author=F("editor")).exclude(comment__author=F("editor"))
    yield from rows.order_by("pk").values("post", "comment", "number", "reason", "created_at").iterator(CHUNK)


def _drafts(user: Any) -> Iterator[Row]:
    rows = Draft.objects.filter(user=user.pk).exclude(payload={}).order_by("pk")
    yield from ({"key": row.key, "fields": row.payload, "updated_at": row.updated_at} for row in rows)


def _pictures(user: Any) -> Iterator[Row]:
    rows = Picture.objects.filter(owner=user.pk).order_by("pk")
    for row in rows.iterator(CHUNK):
        yield {
            "url": row.get_absolute_url(), "post": row.post_id, "comment": row.comment_id,
            "created_at": row.created_at, "file": f"files/{_picture_path(row)}",
        }  # fmt: skip


def _picture_path(row: Picture) -> str:
    return f"forum/{row.uuid}.webp"


def _files(user: Any) -> Iterator[tuple[str, FieldFile]]:
    for row in Picture.objects.filter(owner=user.pk).order_by("pk").iterator(CHUNK):
        yield _picture_path(row), row.file


def register() -> None:
    """Register what is given out."""
    lifecycle.exports(
        table(
            "forum/topics", Topic, "author",
            ("id", "title", "kind", "category__slug", "is_locked", "replies_count", "created_at", "deleted_at"),
        ),
        table(
            "forum/posts", Post, "author",
            {"id": "id", "topic": "topic_id", "title": "topic__title", "number": "number"} | {n: n for n in _TEXT},
        ),
        table(
            "forum/comments", Comment, "author",
            {"id": "id", "course": "course_id", "lesson": "lesson_id", "parent": "parent_id"} | {n: n for n in _TEXT},
        ),
        Subject("forum/former_versions", (), _own_versions),
        Subject("forum/edits_of_others", ("forum.Revision.editor",), _edits_of_others),
        table(
            "forum/likes", Like, "user", {"post": "post_id", "comment": "comment_id", "created_at": "created_at"},
        ),
        table(
            "forum/reading", TopicRead, "user",
            {"topic": "topic_id", "last_read_number": "last_read_number", "read_at": "read_at", "level": "level",
             "is_manual": "is_manual"},
        ),
        table("forum/read_marks", ReadMark, "user", {"category": "category_id", "read_at": "read_at"}),
        table(
            "forum/watching", Watch, "user",
            {"category": "category_id", "tag": "tag_id", "course": "course_id", "level": "level",
             "created_at": "created_at"},
        ),
        table("forum/endorsements", Post, "endorsed_by", {"post": "id", "endorsed_at": "endorsed_at"}),
        Subject("forum/drafts", ("forum.Draft.user",), _drafts),
        Subject("forum/pictures", ("forum.Picture.owner",), _pictures),
        table("forum/moderates", Category.moderators.through, "user", {"category": "category__slug"}),
    )  # fmt: skip
    lifecycle.files("forum", _files)
    text = "what was said in a discussion stays, without a name: others answered it"
    lifecycle.stays(
        {
            **dict.fromkeys(("forum.Topic.title", "forum.Post.content", "forum.Comment.content"), text),
            **dict.fromkeys(("forum.Post.content_html", "forum.Comment.content_html"), text),
            **dict.fromkeys(("forum.Revision.content", "forum.Revision.title", "forum.Revision.tags"), text),
            "forum.Revision.reason": "why a text was edited, a part of its history",
            **dict.fromkeys(
                ("forum.Topic.removal_reason", "forum.Post.removal_reason", "forum.Comment.removal_reason"),
                "the words of who removed it",
            ),
            "forum.Topic.lock_reason": "the words of who locked it",
            "forum.Picture.file": "stands in a text that stays; pictures in no text are deleted",
            "forum.SearchEntry.author": "the words of texts that stay",
            **dict.fromkeys(
                (
                    "forum.Topic.deleted_by", "forum.Post.deleted_by", "forum.Comment.deleted_by",
                    "forum.Topic.last_post_author", "forum.Post.endorsed_by",
                ),
                "a text of another person",
            ),
        }
    )
    lifecycle.withheld(
        {
            "forum.Topic.deleted_by": "what was done to texts, of oneself or others; the text tells when",
            "forum.Post.deleted_by": "what was done to texts, of oneself or others; the text tells when",
            "forum.Comment.deleted_by": "what was done to texts, of oneself or others; the text tells when",
            "forum.Topic.last_post_author": "derived from posts",
            "forum.SearchEntry.person": "derived from the account",
            "forum.SearchEntry.author": "derived from posts and comments",
        }
    )
