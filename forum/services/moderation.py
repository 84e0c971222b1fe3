"""Pinning and locking topics."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from forum.limits import LOCK_REASON_MAX
from forum.models import Topic
from forum.services.locks import lock_topic_row
from forum.services.noting import note_topic


def pin_topic(*, actor: Any, topic: Topic, is_pinned: bool, until: datetime | None = None) -> Topic:
    """Keep the topic at the top of its lists, until a moment or for good (None), or no longer.

    Raises NotAllowed, Invalid on `until` for a moment that is over.
    """
    ensure(actor, "forum.pin_topic", topic)
    until = _future(until) if is_pinned else None
    with transaction.atomic():
        locked = lock_topic_row(topic.pk)
        if (locked.is_pinned, locked.pinned_until) == (is_pinned, until):
            return locked
        locked.is_pinned, locked.pinned_until = is_pinned, until
        locked.save(update_fields=["is_pinned", "pinned_until"])
        note_topic(actor, "pin_topic" if is_pinned else "unpin_topic", locked)
    return locked


def lock_topic(*, actor: Any, topic: Topic, is_locked: bool, reason: str = "") -> Topic:
    """Close the topic for replies (who may lock may still reply) or open it. The reason is shown to everyone."""
    ensure(actor, "forum.lock_topic", topic)
    reason = text.clean(reason, field="reason", low=0, high=LOCK_REASON_MAX, multiline=False)
    with transaction.atomic():
        locked = lock_topic_row(topic.pk)
        reason = reason if is_locked else ""
        if (locked.is_locked, locked.lock_reason) == (is_locked, reason):
            return locked
        locked.is_locked, locked.lock_reason = is_locked, reason
        locked.save(update_fields=["is_locked", "lock_reason"])
        note_topic(actor, "lock_topic" if is_locked else "unlock_topic", locked, reason=reason)
    return locked


def unpin_expired() -> int:
    """Unpin, in one statement, the topics whose time at the top is over; return how many. For the clock."""
    over = Topic.objects.filter(is_pinned=True, pinned_until__lte=timezone.now())
    return over.update(is_pinned=False, pinned_until=None)


def _future(until: datetime | None) -> datetime | None:
    if until is not None and until <= timezone.now():
        raise Invalid(_("This moment is over."), code="past", field="until")
    return until
