"""Forgetting what is long past: an inbox is no archive."""

from datetime import datetime, timedelta

from django.utils import timezone

from notifications.models import Notification

READ_DAYS, UNREAD_DAYS = 180, 365  # how long a line is kept that was read, and one that nobody read
BATCH = 5_000


def prune_inbox() -> int:
    """Delete lines that were read and are older than READ_DAYS, unread ones after UNREAD_DAYS; return how many went.

    Lines are numbered in the order of time, so it reads from the oldest and stops at the first batch that is young:
    it costs what there is to forget, not what there is. A batch is a transaction of its own.
    """
    now = timezone.now()
    read, unread = now - timedelta(days=READ_DAYS), now - timedelta(days=UNREAD_DAYS)
    after = gone = 0
    while batch := _oldest(after):
        after = batch[-1][0]
        old = [pk for pk, made, read_at in batch if made < (unread if read_at is None else read)]
        gone += Notification.objects.filter(pk__in=old).delete()[0] if old else 0
        if batch[-1][1] >= read:
            break
    return gone


def _oldest(after: int) -> list[tuple[int, datetime, datetime | None]]:
    rows = Notification.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", "created_at", "read_at")[:BATCH])
