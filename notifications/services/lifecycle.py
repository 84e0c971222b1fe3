"""What the inbox holds about a person, removed; what is given out stands in `notifications.exports`."""

from typing import Any

from notifications.models import (
    Cause,
    MailHealth,
    Notification,
    NotificationPreference,
    NotificationSetting,
    OutboxItem,
    PushSubscription,
    Unsubscription,
)


def erase_inbox(user: Any) -> None:
    """Remove the inbox and the choices of `user`. What others were told keeps pointing at the anonymised account."""
    for model in (Cause, Notification, NotificationPreference, NotificationSetting, Unsubscription):
        model.objects.filter(user=user).delete()  # type: ignore[attr-defined]
    erase_outbox(user)


def erase_outbox(user: Any) -> None:
    """Remove what was to be sent to `user`, and where to."""
    for model in (OutboxItem, MailHealth, PushSubscription):
        model.objects.filter(user=user).delete()  # type: ignore[attr-defined]
