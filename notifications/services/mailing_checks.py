"""Is it still to be sent? Asked again when its time has come, for much happens while a thing waits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from forum.models import Comment, Post
from forum.selectors.watching import muted_by
from messaging.models import Message, Participant
from messaging.selectors.inbox import loud, unread_rows
from notifications.catalogue import KINDS
from notifications.models import Channel, MailHealth, Notification, OutboxItem, OutboxState
from notifications.selectors.preferences import quiet_until, wanted
from notifications.services.outbox import AT_ONCE
from profiles.selectors import is_email_confirmed

MAILS_A_DAY = 20  # to one person; what is more stays in the inbox and comes with the digest
ADDRESSED = {"mention"}  # reaches also who muted the topic
WITHOUT_PREFERENCE = {"digest"}  # its switch is asked where it is made


@dataclass(slots=True)
class Verdict:
    """What becomes of the items of one claim. `until`: all of them wait until then."""

    send: list[OutboxItem] = field(default_factory=list)
    drop: dict[str, list[OutboxItem]] = field(default_factory=dict)
    until: datetime | None = None


def judge(user: Any, channel: str, items: Iterable[OutboxItem]) -> Verdict:
    """Return which of the items of `user` (roles loaded) are still to be sent. About six queries, ten at most."""
    verdict = Verdict()
    barred = _barred(user, channel)
    seen: set[int | None] = set()
    for item in sorted(items, key=lambda one: -one.pk):
        reason = barred or _refusal(user, channel, item)
        if not reason and item.notification_id is not None and item.notification_id in seen:
            reason = "told by a later one"
        seen.add(item.notification_id)
        if reason:
            verdict.drop.setdefault(reason, []).append(item)
        else:
            verdict.send.insert(0, item)
    if verdict.send and any(item.kind not in AT_ONCE for item in verdict.send):
        verdict.until = quiet_until(user, timezone.now())
    return verdict


def _barred(user: Any, channel: str) -> str:
    """Return why nothing at all goes out to `user` by this channel, or ""."""
    if not user.is_active:
        return "account closed"
    if user.is_suspended:
        return "suspended"
    if channel != Channel.EMAIL:
        return ""
    if not user.email or not is_email_confirmed(user):
        return "address not confirmed"
    if address_fails(user):
        return "address refuses mail"
    return ""


def address_fails(user: Any) -> bool:
    """Tell whether mails to the present address of `user` came back for good. One query."""
    health = MailHealth.objects.filter(user=user).first()
    if health is None or health.address.lower() != user.email.lower():
        return False
    return health.failed_at is not None


def is_capped(user: Any) -> bool:
    """Tell whether `user` got MAILS_A_DAY mails within a day. One query."""
    day = timezone.now() - timedelta(days=1)
    sent = OutboxItem.objects.filter(user=user, channel=Channel.EMAIL, state=OutboxState.SENT, finished_at__gt=day)
    return sent.order_by().values("mail").distinct().count() >= MAILS_A_DAY


def _refusal(user: Any, channel: str, item: OutboxItem) -> str:
    """Return why this item is not to be sent any more, or ""."""
    if item.kind not in WITHOUT_PREFERENCE | KINDS.keys():
        return "no such kind any more"
    if item.kind not in WITHOUT_PREFERENCE and user.pk not in wanted([user.pk], item.kind, channel):
        return "not wanted"
    if item.notification is not None:
        return _stale(user, item.notification)
    if item.kind == "message":
        return "" if waiting_messages(user, item.data["conversation"]) else "read"
    return ""


def _stale(user: Any, told: Notification) -> str:
    if told.read_at is not None:
        return "read"
    if told.post_id is not None:
        post = Post.objects.visible_to(user).filter(pk=told.post_id).select_related("topic").first()
        own = post is not None and post.author_id == user.pk
        if post is None or not (own or (post.deleted_at is None and post.topic.deleted_at is None)):
            return "text is gone"
        if told.kind not in ADDRESSED and not own and muted_by(post.topic, [user.pk]):
            return "muted"
    if told.comment_id is not None:
        comments = Comment.objects.visible_to(user).filter(pk=told.comment_id)
        if not comments.filter(deleted_at=None).exists() and not comments.filter(author=user).exists():
            return "text is gone"
    if not Notification.objects.visible_to(user).filter(pk=told.pk).exists() and told.is_listed:
        return "not visible"
    return ""


def waiting_messages(user: Any, conversation_id: int) -> list[Message]:
    """Return what `user` has not read in a conversation that they have not muted, oldest first, twenty at most."""
    seat = Participant.objects.filter(loud(), user=user, conversation=conversation_id).first()
    if seat is None:
        return []
    rows = unread_rows(user, conversation_id, seat.last_read_seq).filter(pk__in=Message.objects.visible_to(user))
    return list(rows.select_related("sender", "conversation").order_by("seq")[:20])
