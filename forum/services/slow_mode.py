"""Slow mode: how long a person waits between two posts in a topic. Its beginning and end; replying enforces it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from forum.limits import SLOW_MODE_MAX
from forum.models import Topic
from forum.services.locks import lock_topic_row
from forum.services.noting import note_topic


def set_slow_mode(*, actor: Any, topic: Topic, seconds: int, until: datetime | None = None) -> Topic:
    """Let everyone write once in `seconds`, until a moment or for good (None); 0 goes back to the category's pace.

    Over by the clock alone: `Topic.slow_seconds` says what holds now. Raises NotAllowed, Invalid on the field at fault.
    """
    ensure(actor, "forum.slow_topic", topic)
    if not 0 <= seconds <= SLOW_MODE_MAX:
        raise Invalid(
            _("Choose between 0 and %(n)d seconds.") % {"n": SLOW_MODE_MAX},
            code="out_of_range",
            field="seconds",
        )
    if until is not None and until <= timezone.now():
        raise Invalid(_("This moment is over."), code="past", field="until")
    until = until if seconds else None
    with transaction.atomic():
        locked = lock_topic_row(topic.pk)
        if (locked.slow_mode_seconds, locked.slow_mode_until) == (seconds, until):
            return locked
        locked.slow_mode_seconds, locked.slow_mode_until = seconds, until
        locked.save(update_fields=["slow_mode_seconds", "slow_mode_until"])
        note_topic(actor, "slow_mode", locked, note=f"{seconds} s" if seconds else "")
    return locked
