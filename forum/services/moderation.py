"""Pinning and locking topics."""

from typing import Any

from django.db import transaction

from community_platform.core import text
from community_platform.core.permissions import ensure
from forum.limits import LOCK_REASON_MAX
from forum.models import Topic
from forum.services.locks import lock_topic_row


def pin_topic(*, actor: Any, topic: Topic, is_pinned: bool) -> Topic:
    """Keep the topic at the top of its lists, or no longer. Raises NotAllowed."""
    ensure(actor, "forum.pin_topic", topic)
    with transaction.atomic():
        locked = lock_topic_row(topic.pk)
        locked.is_pinned = is_pinned
        locked.save(update_fields=["is_pinned"])
    return locked


def lock_topic(*, actor: Any, topic: Topic, is_locked: bool, reason: str = "") -> Topic:
    """Close the topic for replies (moderators may still reply) or open it. The reason is shown to everyone."""
    ensure(actor, "forum.lock_topic", topic)
    reason = text.clean(reason, field="reason", low=0, high=LOCK_REASON_MAX, multiline=False)
    with transaction.atomic():
        locked = lock_topic_row(topic.pk)
        locked.is_locked, locked.lock_reason = is_locked, reason if is_locked else ""
        locked.save(update_fields=["is_locked", "lock_reason"])
    return locked
