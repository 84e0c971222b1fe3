"""What must hold between lines and what they gather."""

from django.db.models import Count, F

from community_platform.core.consistency import alarm, register
from notifications.models import Cause, Notification

register(
    alarm(
        "notifications.line.count", "a line names as many people as it gathers",
        lambda: Notification.objects.annotate(_people=Count("causes__actor", distinct=True))
        .filter(_people__gt=0)
        .exclude(count=F("_people")),
        stored="count", actual="_people",
    ),
    alarm(
        "notifications.cause.reader", "what a line gathers is its reader's",
        lambda: Cause.objects.exclude(user=F("notification__user")),
        stored="user", actual="notification__user",
    ),
)  # fmt: skip
