from notifications.models.notification import Cause, Notification
from notifications.models.outbox import MailHealth, OutboxItem, OutboxState, PushSubscription
from notifications.models.preferences import (
    Channel,
    Digest,
    NotificationPreference,
    NotificationSetting,
    Unsubscription,
)

__all__ = [
    "Cause", "Channel", "Digest", "MailHealth", "Notification", "NotificationPreference", "NotificationSetting",
    "OutboxItem", "OutboxState", "PushSubscription", "Unsubscription",
]  # fmt: skip
