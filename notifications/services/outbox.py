"""The outbox: what is to leave the site, put in by the transaction of its cause and taken out by one worker at a time.

Every item ends in exactly one of three ways: sent, dropped (with the reason) or dead. A worker holds what it sends by a
lease and writes only while it has it. The one way to a second mail is a worker that dies after the mail server took the
first and before this was written down: the next attempt carries the same Message-ID, so mail programs show it once.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from community_platform.core.db import insert_returning
from forum.models import Comment, Post
from notifications.models import Channel, Notification, OutboxItem, OutboxState

LEASE_MINUTES = 5
# How long a thing waits before it leaves: what is read on the site meanwhile is not sent, what joins it leaves with it.
DELAY_MINUTES = {Channel.EMAIL: 5, Channel.PUSH: 0}
AT_ONCE = {"penalty", "content_hidden", "data_export", "mail_refused"}
RETRY_MINUTES = (1, 5, 30, 120, 360, 720)  # after the 1st, 2nd … failure; then it is dead
KEPT_DAYS = 45  # of what is finished: longer than bounces take, and than the longest period of a digest
BATCH = 5_000
REASON_MAX = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """Items of one person and thread that this worker holds until `lease` ends."""

    lease: uuid.UUID
    items: list[OutboxItem]


def enqueue(*, channel: str, notifications: Collection[Notification]) -> int:
    """Put what the inbox told into the outbox and return how many items are new. Call it in the cause's transaction.

    A line that gathers one more is a new cause; what waits in the same thread leaves together. At most two queries and
    an insert, however many there are.
    """
    threads = _threads(notifications)
    now = timezone.now()
    rows = [
        {
            "user_id": one.user_id,
            "channel": channel,
            "kind": one.kind,
            "thread": threads[one.pk],
            "key": f"notification:{one.pk}:{one.created_at:%Y%m%d%H%M%S%f}",
            "notification_id": one.pk,
            "created_at": now,
            "due_at": now + _delay(channel, one.kind),
        }
        for one in notifications
    ]
    return put(rows)


def put(rows: Iterable[dict[str, object]]) -> int:
    """Insert items, those that are there already not again, and return how many are new."""
    return len(insert_returning(OutboxItem, rows, ["id"]))


def _delay(channel: str, kind: str) -> timedelta:
    return timedelta(minutes=0 if kind in AT_ONCE else DELAY_MINUTES[Channel(channel)])


def _threads(notifications: Collection[Notification]) -> dict[int, str]:
    """Return what each notification is gathered by: the topic, the discussion under a comment, else its kind."""
    posts = {one.post_id for one in notifications if one.post_id is not None}
    comments = {one.comment_id for one in notifications if one.comment_id is not None}
    topics = dict(Post.objects.filter(pk__in=posts).values_list("pk", "topic_id")) if posts else {}
    roots = dict(Comment.objects.filter(pk__in=comments).values_list("pk", "root_id")) if comments else {}
    return {
        one.pk: f"topic:{topics[one.post_id]}"
        if one.post_id in topics
        else f"comment:{roots[one.comment_id] or one.comment_id}"
        if one.comment_id in roots
        else f"kind:{one.kind}"
        for one in notifications
    }


def waiting(now: datetime) -> QuerySet[OutboxItem]:
    """Return the items that nobody holds."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return OutboxItem.objects.filter(free, state=OutboxState.WAITING)


def due_heads(limit: int) -> list[int]:
    """Return the first waiting items of threads in which something is due, the longest due first.

    One mail a thread: whoever gets the lock of its first item has them all.
    """
    now = timezone.now()
    due = waiting(now).filter(due_at__lte=now).order_by("due_at").values_list("user_id", "channel", "thread")
    threads = list(dict.fromkeys(due[: limit * 5]))[:limit]
    heads = []
    for user_id, channel, thread in threads:
        mine = waiting(now).filter(user=user_id, channel=channel, thread=thread)
        head = mine.aggregate(head=Min("pk"))["head"]
        if head is not None:
            heads.append(head)
    return heads


def claim(head: int) -> Claim | None:
    """Take the thread that `head` is the first of, or None where another worker was faster. One short transaction.

    PostgreSQL passes over a locked row; on SQLite a writer is alone anyway.
    """
    now = timezone.now()
    lease = uuid.uuid4()
    with transaction.atomic():
        first = waiting(now).select_for_update(skip_locked=True).filter(pk=head).first()
        if first is None:
            return None
        same = waiting(now).filter(user=first.user_id, channel=first.channel, thread=first.thread, pk__gte=head)
        same.update(lease=lease, leased_until=now + timedelta(minutes=LEASE_MINUTES))
        held = list(OutboxItem.objects.filter(lease=lease).select_related("notification__actor").order_by("pk"))
    return Claim(lease, held)


def finish(
    claim: Claim, items: Iterable[OutboxItem], state: OutboxState, *, reason: str = "", mail: uuid.UUID | None = None
) -> int:
    """End these items, unless the lease was lost meanwhile; return how many that were."""
    return _held(claim, items).update(
        state=state, reason=reason[:REASON_MAX], mail=mail, finished_at=timezone.now(), lease=None, leased_until=None
    )


def postpone(claim: Claim, items: Iterable[OutboxItem], until: datetime) -> None:
    """Give the items back until `until`: no attempt was made."""
    _held(claim, items).update(due_at=until, lease=None, leased_until=None)


def fail(claim: Claim, items: Iterable[OutboxItem], error: str) -> None:
    """Note a failed attempt: the next one comes later, and after the last one the item is dead."""
    for item in items:
        attempts = item.attempts + 1
        if attempts > len(RETRY_MINUTES):
            _held(claim, [item]).update(attempts=attempts)
            finish(claim, [item], OutboxState.DEAD, reason=error)
        else:
            later = timezone.now() + timedelta(minutes=RETRY_MINUTES[attempts - 1])
            _held(claim, [item]).update(
                attempts=attempts, due_at=later, reason=error[:REASON_MAX], lease=None, leased_until=None
            )


def _held(claim: Claim, items: Iterable[OutboxItem]) -> QuerySet[OutboxItem]:
    return OutboxItem.objects.filter(pk__in=[item.pk for item in items], lease=claim.lease, state=OutboxState.WAITING)


def revive(*, items: QuerySet[OutboxItem]) -> int:
    """Let dead items be tried again, from the first attempt; return how many."""
    return items.filter(state=OutboxState.DEAD).update(
        state=OutboxState.WAITING, finished_at=None, attempts=0, reason="", due_at=timezone.now()
    )


def prune_outbox() -> int:
    """Delete what was finished KEPT_DAYS ago, a batch at a time, and return how many went."""
    old = OutboxItem.objects.exclude(state=OutboxState.WAITING).filter(
        finished_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)
    )
    gone = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += OutboxItem.objects.filter(pk__in=batch).delete()[0]
    return gone
