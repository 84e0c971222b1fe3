"""What the inbox gives to a person who asks for their data."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from community_platform.core import lifecycle
from community_platform.core.lifecycle import CHUNK, Row, Subject, table
from notifications.models import (
    MailHealth,
    NotificationPreference,
    NotificationSetting,
    OutboxItem,
    PushSubscription,
    Unsubscription,
)
from notifications.selectors.inbox import gathered, inbox, shown


def _inbox(user: Any) -> Iterator[Row]:
    """Yield what the person can still see: the title of a topic that was hidden from them is not theirs."""
    rows = inbox(user).iterator(CHUNK)
    while batch := list(islice(rows, CHUNK)):
        yield from (shown(row) for row in gathered(user, batch))


def register() -> None:
    """Register what is given out."""
    lines = ("notifications.Notification.user", "notifications.Cause.user")  # a line names whom it gathers
    lifecycle.exports(Subject("notifications/inbox", lines, _inbox))
    lifecycle.exports(
        table("notifications/preferences", NotificationPreference, "user", ("kind", "channel", "is_on")),
        table("notifications/unsubscriptions", Unsubscription, "user", ("category", "created_at")),
        table("notifications/settings", NotificationSetting, "user", ("digest", "quiet_from", "quiet_to")),
    )
    actors = ("notifications.Notification.actor", "notifications.Cause.actor")
    lifecycle.stays(dict.fromkeys(actors, "the inbox of somebody else; it names the account by number"))
    lifecycle.withheld(dict.fromkeys(actors, "the inbox of somebody else"))
    lifecycle.exports(
        table(
            "notifications/outbox", OutboxItem, "user",
            ("channel", "kind", "state", "reason", "created_at", "finished_at"),
        ),
        table("notifications/mail_health", MailHealth, "user", ("address", "failed_at", "soft_count", "diagnostic")),
        table("notifications/push", PushSubscription, "user", ("device", "endpoint", "created_at", "succeeded_at")),
    )
