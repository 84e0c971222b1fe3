"""Reads of the inbox."""

from typing import Any

from django.db.models import QuerySet

from notifications.models import Notification
from profiles.selectors import person

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"  # as the API writes times


def inbox(user: Any) -> QuerySet[Notification]:
    """Return what concerns `user` and is still there to be seen, newest first, actors loaded."""
    return Notification.objects.visible_to(user).select_related("actor").order_by("-id")


def unread_count(user: Any) -> int:
    """Return how many notifications of `user` are unread. One query on an index of unread ones."""
    return Notification.objects.visible_to(user).filter(read_at=None).count()


def shown(notification: Notification) -> dict[str, Any]:
    """Return the notification as the API and the socket show it, worded in the active language."""
    read_at = notification.read_at
    return {
        "id": notification.pk,
        "kind": notification.kind,
        "text": notification.text,
        "url": notification.url,
        "actors": [person(notification.actor)] if notification.actor else [],
        "count": 1,
        "created_at": notification.created_at.strftime(TIME_FORMAT),
        "read_at": read_at.strftime(TIME_FORMAT) if read_at else None,
    }
