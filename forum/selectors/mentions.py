"""Whom a writer may mean by the beginning of a name."""

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q, Value

from community_platform.core import text
from forum.models import Post, Topic
from profiles.models import User
from profiles.privacy import heard_by, seen_by

SHOWN = 8


def mentionable(user: Any, q: str, topic: int | None = None) -> list[User]:
    """Return people whose user name, or display name, begins with `q`: those of the visible `topic` first.

    Without `q` only people of the topic. Private people only there, where they wrote themselves; nobody whom `user`
    ignores, and neither side of a block: they would not hear it. One query.
    """
    q = q.strip().lstrip("@")[:60]
    if not text.is_storable(q):
        return []
    here: Any = Value(False, output_field=BooleanField())
    if topic is not None:
        visible = Topic.objects.visible_to(user).filter(pk=topic)
        here = Exists(Post.objects.filter(topic__in=visible, author=OuterRef("pk"), deleted_at=None))
    rows = User.objects.visible_to(user).exclude(pk=user.pk).annotate(is_here=here)
    rows = rows.filter(Q(is_here=True) | seen_by(user), heard_by(user.pk, person="pk"))
    if q:
        rows = rows.filter(Q(username__istartswith=q) | Q(display_name__istartswith=q))
    elif topic is None:
        return []
    else:
        rows = rows.filter(is_here=True)
    return list(rows.order_by("-is_here", "username")[:SHOWN])
