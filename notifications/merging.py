"""What becomes of the inbox when two accounts become one."""

from typing import Any

from django.db.models import F

from community_platform.core import merging
from community_platform.core.merging import custom, move, move_unique
from notifications.models import Cause, MailHealth, Notification, NotificationSetting
from notifications.services.lines import recount


def _actors(keep: Any, absorb: Any) -> int:
    """Let what others were told name the account that stays; nobody is told what they did themselves."""
    moved = Notification.objects.filter(actor=absorb).update(actor=keep)
    Notification.objects.filter(user=keep, actor=F("user")).delete()
    return moved


def _lines(keep: Any, absorb: Any) -> int:
    """Move lines; those of the account that goes gather no more, and what both were told stands once."""
    Notification.objects.filter(user=absorb).update(group="")
    known = Notification.objects.filter(user=keep).values("key")
    Notification.objects.filter(user=absorb, key__in=known).delete()
    Cause.objects.filter(user=absorb, key__in=Cause.objects.filter(user=keep).values("key")).delete()
    Cause.objects.filter(user=absorb).update(user=keep)
    return Notification.objects.filter(user=absorb).update(user=keep)


def _named(keep: Any, absorb: Any) -> int:
    """Let what lines gather name the account that stays, and count it once."""
    Cause.objects.filter(actor=absorb, user=keep).delete()
    lines = list(Cause.objects.filter(actor__in=[keep, absorb]).values_list("notification", flat=True))
    moved = Cause.objects.filter(actor=absorb).update(actor=keep)
    recount(lines)
    return moved


def _setting(keep: Any, absorb: Any) -> int:
    """Keep the setting of the account that stays; where it has none, the other one."""
    if NotificationSetting.objects.filter(user=keep).exists():
        return NotificationSetting.objects.filter(user=absorb).delete()[0]
    return NotificationSetting.objects.filter(user=absorb).update(user=keep)


def _health(keep: Any, absorb: Any) -> int:
    """Forget what is known of the address that goes."""
    return MailHealth.objects.filter(user=absorb).delete()[0]


def register() -> None:
    """Register what becomes of the rows."""
    merging.rules(
        custom(_lines, "notifications.Notification.user", "notifications.Cause.user"),
        custom(_actors, "notifications.Notification.actor"),
        custom(_named, "notifications.Cause.actor"),
        move_unique("notifications.NotificationPreference.user", same=("kind", "channel")),
        move_unique("notifications.Unsubscription.user", same=("category",)),
        custom(_setting, "notifications.NotificationSetting.user"),
        move_unique("notifications.OutboxItem.user", same=("channel", "key")),
        move("notifications.PushSubscription.user"),
        custom(_health, "notifications.MailHealth.user"),
    )
