"""What the inbox holds about a person: given out, and removed."""

from collections.abc import Iterator
from typing import Any

from notifications.models import Notification
from notifications.selectors import inbox, shown


def export_inbox(user: Any) -> Iterator[tuple[str, Any]]:
    """Yield (file name, JSON-able data)."""
    yield "inbox.json", [shown(notification) for notification in inbox(user)]


def erase_inbox(user: Any) -> None:
    """Remove the inbox of `user`. What others were told keeps pointing at the anonymised account."""
    Notification.objects.filter(user=user).delete()
