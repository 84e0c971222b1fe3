"""What was removed, to those who see the category it stood in: an address must not forget what it once showed."""

from typing import Any

from community_platform.core.errors import NotFound
from forum.models import Category, Post, Topic


def removed_topic(user: Any, pk: int) -> Topic:
    """Return the topic, whatever became of it. Raises NotFound where `user` does not see its category. One query."""
    row = Topic.objects.filter(pk=pk, category__in=Category.objects.visible_to(user)).first()
    if row is None:
        raise NotFound
    return row


def removed_post(user: Any, pk: int) -> Post:
    """Return the post, whatever became of it. Raises NotFound where `user` does not see its category. One query."""
    row = Post.objects.filter(pk=pk, topic__category__in=Category.objects.visible_to(user)).first()
    if row is None:
        raise NotFound
    return row
