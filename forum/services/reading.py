"""What people have read, and how often a topic was looked at. Done for oneself, so nothing to authorise."""

import hashlib
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.utils import timezone

from forum.models import Topic, TopicRead

DAY_SECONDS = 86_400
# GREATEST in one statement: of two tabs the one that saw more wins, whatever the order.
_MARK = """
    INSERT INTO forum_topicread (user_id, topic_id, last_read_number, read_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (user_id, topic_id) DO UPDATE
    SET last_read_number = excluded.last_read_number, read_at = excluded.read_at
    WHERE forum_topicread.last_read_number < excluded.last_read_number
"""


def mark_read(*, user: Any, topic: Topic, number: int) -> None:
    """Note that `user` has seen the posts up to `number`. Never moves back. One statement; none on a read-only site."""
    if settings.READ_ONLY:
        return
    read_at = TopicRead._meta.get_field("read_at").get_db_prep_save(timezone.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [user.pk, topic.pk, number, read_at])


def count_visit(*, topic: Topic, visitor: str, day: date) -> bool:
    """Count a view unless this visitor was counted that day; tell whether it counted. At most one statement.

    Who was counted is remembered by the cache alone: a lost cache counts a view twice, which no one minds, and a row
    per visitor and day would soon be the largest table. A read-only site counts nothing.
    """
    if settings.READ_ONLY or not cache.add(f"visit:{topic.pk}:{visitor}:{day}", 1, timeout=DAY_SECONDS):
        return False
    Topic.objects.filter(pk=topic.pk).update(views_count=F("views_count") + 1)
    return True


def visitor_key(user: Any, address: str) -> str:
    """Return who visits: the account, or a keyed digest of the address, which alone tells nothing."""
    if user.is_authenticated:
        return f"user:{user.pk}"
    digest = hashlib.blake2b(address.encode(), digest_size=12, key=settings.SECRET_KEY.encode()[:64])
    return f"ip:{digest.hexdigest()}"
