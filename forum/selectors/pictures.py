"""Who sees which picture."""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q

from forum.models import Picture, Post
from forum.selectors.comments import visible_comments

SHOWN_AT_ONCE = 30


def pictures_for(user: Any, name: uuid.UUID) -> Any:
    """Return the picture `name` if `user` may see it: its text shows it and is visible, or it is one's own.

    Moderators also see what a text showed before it was edited or removed.
    """
    shows = {"content_html__contains": f"/forum/picture/{name}/"}
    posts = Post.objects.visible_to(user).filter(pk=OuterRef("post_id"), **shows)
    comments = visible_comments(user).filter(pk=OuterRef("comment_id"), **shows)
    seen = Q(Exists(posts)) | Q(Exists(comments))
    if user.is_authenticated:
        seen |= Q(owner_id=user.pk)
        if user.is_moderator:
            seen |= Q(post__isnull=False) | Q(comment__isnull=False)
    return Picture.objects.filter(seen)


def unused_pictures(user: Any) -> list[Picture]:
    """Return the newest pictures of `user` that stand in no text. One query."""
    rows = Picture.objects.filter(owner=user, post=None, comment=None)
    return list(rows.order_by("-created_at", "-pk")[:SHOWN_AT_ONCE])
