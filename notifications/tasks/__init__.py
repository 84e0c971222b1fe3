"""Celery looks here; each module holds one subject."""

from notifications.tasks.inbox import prune_inbox, tell_watchers
from notifications.tasks.outbox import plan_digests, prune_outbox, send_outbox

__all__ = ["plan_digests", "prune_inbox", "prune_outbox", "send_outbox", "tell_watchers"]
