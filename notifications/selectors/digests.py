"""What a person missed: unread lines of the inbox, and the best topics of what they follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from courses.models import Enrollment
from forum.models import Topic, TopicRead, Watch, WatchLevel
from notifications.models import Notification
from notifications.selectors.inbox import inbox

LINES, TOPICS = 10, 5


@dataclass(frozen=True, slots=True)
class Missed:
    """Unread notifications, the newest LINES of `count`, and TOPICS topics."""

    lines: list[Notification]
    count: int
    topics: list[Topic]


def missed(user: Any, since: datetime) -> Missed:
    """Return what happened after `since` (or after the last sign-in, if that is later) and was not read."""
    visit = max(since, user.last_login) if user.last_login else since
    unread = inbox(user).filter(read_at=None, created_at__gt=since)
    return Missed(list(unread[:LINES]), unread.count(), _best_topics(user, visit))


def _best_topics(user: Any, since: datetime) -> list[Topic]:
    """Return the liveliest new topics on the shelves that `user` follows or learns on, not read and not muted."""
    watched = Watch.objects.filter(user=user, level__gte=WatchLevel.TRACKING)
    muted = Watch.objects.filter(user=user, level=WatchLevel.MUTED)
    learned = Enrollment.objects.filter(user=user).values("course")
    shelves = (
        Q(category__in=watched.filter(category__isnull=False).values("category"))
        | Q(course__in=watched.filter(course__isnull=False).values("course"))
        | Q(tags__in=watched.filter(tag__isnull=False).values("tag"))
        | Q(course__in=learned)
    )
    known = TopicRead.objects.filter(
        Q(last_read_number__gt=0) | Q(level=WatchLevel.MUTED), user=user, topic=OuterRef("pk")
    )
    silent = (
        Q(category__in=muted.filter(category__isnull=False).values("category"))
        | Q(course__in=muted.filter(course__isnull=False).values("course"))
    )  # fmt: skip
    rows = Topic.objects.visible_to(user).live().filter(shelves, created_at__gt=since)
    rows = rows.exclude(author=user).exclude(silent).filter(~Exists(known)).distinct()
    best = (F("replies_count") + 2 * F("likes_count")).desc()
    return list(rows.select_related("category", "author").order_by(best, "-pk")[:TOPICS])
