"""Finding words in one's own messages."""

from typing import Any

from django.db.models import Q, QuerySet

from community_platform.core.text import is_storable
from messaging.models import Message, MessageKind

WORDS_MAX = 8


def search(user: Any, q: str) -> QuerySet[Message]:
    """Return the messages of `user`'s conversations that hold every word of `q`, newest first; none for an empty one.

    Substrings, whatever the case: a person's own messages are few enough to be read through (their seats first).
    """
    words = q.split()[:WORDS_MAX]
    if not words or not is_storable(q):
        return Message.objects.none()
    held = Q()
    for word in words:
        held &= Q(content__icontains=word)
    rows = Message.objects.visible_to(user).filter(held, deleted_at=None, kind=MessageKind.TEXT)
    return rows.order_by("-id")
