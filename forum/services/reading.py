"""What people have read, and how often a topic was looked at. Done for oneself, so nothing to authorise."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, NotSignedIn
from community_platform.core.events import publish
from forum.events import MarkedRead, PostsSeen
from forum.limits import READ_AT_ONCE
from forum.models import Category, Topic, TopicRead, WatchLevel

DAY_SECONDS = 86_400
# GREATEST in one statement: of two tabs the one that saw more wins, whatever the order.
_MARK = """
    INSERT INTO forum_topicread (user_id, topic_id, last_read_number, read_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (user_id, topic_id) DO UPDATE
    SET last_read_number = excluded.last_read_number, read_at = excluded.read_at
    WHERE forum_topicread.last_read_number < excluded.last_read_number
"""
_MARK_TOPICS = """
    INSERT INTO forum_topicread (user_id, topic_id, last_read_number, read_at)
    SELECT %s, id, last_post_number, %s FROM forum_topic WHERE id IN ({}) AND last_post_number > 0 ORDER BY id
    ON CONFLICT (user_id, topic_id) DO UPDATE
    SET last_read_number = excluded.last_read_number, read_at = excluded.read_at
    WHERE forum_topicread.last_read_number < excluded.last_read_number
"""
# Who writes has seen what stands directly above; what others wrote in between stays unread. Nothing automatic
# lowers a level, or touches one that was chosen.
_WROTE = """
    INSERT INTO forum_topicread (user_id, topic_id, last_read_number, read_at, level) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (user_id, topic_id) DO UPDATE SET
        last_read_number = CASE WHEN forum_topicread.last_read_number = excluded.last_read_number - 1
            THEN excluded.last_read_number ELSE forum_topicread.last_read_number END,
        level = CASE WHEN forum_topicread.is_manual OR COALESCE(forum_topicread.level, 0) > excluded.level
            THEN forum_topicread.level ELSE excluded.level END
"""
_MARK_ALL = """
    INSERT INTO forum_readmark (user_id, category_id, read_at) VALUES (%s, %s, %s) ON CONFLICT {} DO UPDATE
    SET read_at = excluded.read_at WHERE forum_readmark.read_at < excluded.read_at
"""


def mark_read(*, user: Any, topic: Topic, number: int, first: int | None = None) -> None:
    """Note that `user` was shown the posts `first`..`number` (only `number` by default). Never moves back.

    One statement; none on a read-only site. Publishes PostsSeen when it moved.
    """
    if settings.READ_ONLY:
        return
    if _execute(_MARK, [user.pk, topic.pk, number, _moment(timezone.now())]):
        publish(PostsSeen(user_id=user.pk, topic_id=topic.pk, first=first or number, last=number))


def mark_written(*, user: Any, topic: Topic, number: int) -> None:
    """Note that `user` wrote post `number`: who begins a topic watches it, who replies tracks it. One statement."""
    level = WatchLevel.WATCHING if number == 1 else WatchLevel.TRACKING
    _execute(_WROTE, [user.pk, topic.pk, number, _moment(timezone.now()), level])


def mark_topics_read(*, actor: Any, topics: Collection[int]) -> None:
    """Mark these topics as read to their ends. One statement. Publishes MarkedRead.

    Raises NotSignedIn, Invalid on `topics` for more than READ_AT_ONCE or one that the actor does not see.
    """
    _check_member(actor)
    wanted = sorted({pk for pk in topics if 0 < pk < 2**63})
    too_many = len(topics) > READ_AT_ONCE or len(wanted) != len(set(topics))
    if too_many or Topic.objects.visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise Invalid(_("There is no such topic."), code="does_not_exist", field="topics")
    if not wanted:
        return
    with transaction.atomic():
        now = timezone.now()
        _execute(_MARK_TOPICS.format(", ".join(["%s"] * len(wanted))), [actor.pk, _moment(now), *wanted])
        publish(MarkedRead(user_id=actor.pk, until=now, topic_ids=tuple(wanted)))


def mark_all_read(*, actor: Any, category: int | str | None = None, until: datetime | None = None) -> None:
    """Mark all that was written up to `until` (default: now) as read, in one category or the whole forum.

    `until` is when the list was shown that the person looked at: what came later stays unread. Never moves back. One
    statement. Publishes MarkedRead. Raises NotSignedIn, Invalid on `category`.
    """
    _check_member(actor)
    now = timezone.now()
    until = min(until or now, now)
    shelf = None if category is None else _find(actor, category)
    conflict = "(user_id) WHERE category_id IS NULL" if shelf is None else "(user_id, category_id)"
    with transaction.atomic():
        _execute(_MARK_ALL.format(conflict), [actor.pk, shelf.pk if shelf else None, _moment(until)])
        publish(MarkedRead(user_id=actor.pk, until=until, category_id=shelf.pk if shelf else None))


def _find(actor: Any, key: int | str) -> Category:
    if isinstance(key, int) and abs(key) >= 2**63:
        key = 0
    by = {"pk": key} if isinstance(key, int) else {"slug": key}
    found = Category.objects.visible_to(actor).filter(**by).first()
    if found is None:
        raise Invalid(_("This category does not exist."), code="does_not_exist", field="category")
    return found


def _check_member(actor: Any) -> None:
    if not actor.is_authenticated:
        raise NotSignedIn


def _moment(at: datetime) -> Any:
    return TopicRead._meta.get_field("read_at").get_db_prep_save(at, connection)


def _execute(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


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
