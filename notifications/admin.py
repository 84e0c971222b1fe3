"""The inboxes in the admin: for looking, not for changing."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community_platform.core.admin import ReadOnlyAdmin
from notifications.models import MailHealth, Notification, OutboxItem, PushSubscription
from notifications.services import bounces, outbox


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "kind", "actor", "subject", "created_at", "read_at")
    list_filter = ("kind",)
    list_select_related = ("user", "actor")
    search_fields = ("=user__username", "=key")
    show_full_result_count = False
    ordering = ("-id",)


@admin.register(OutboxItem)
class OutboxItemAdmin(ReadOnlyAdmin):
    """What waits, left or was given up; what was given up can be sent again."""

    list_display = ("id", "user", "channel", "kind", "state", "reason", "attempts", "due_at", "finished_at")
    list_filter = ("state", "channel", "kind")
    list_select_related = ("user",)
    search_fields = ("=user__username", "=key")
    exclude = ("data", "lease")
    show_full_result_count = False
    ordering = ("-id",)
    actions = ("send_again",)

    @admin.action(description=_("Send again what was given up"))
    def send_again(self, request: HttpRequest, items: Any) -> None:
        self.message_user(request, str(outbox.revive(items=items)))


@admin.register(MailHealth)
class MailHealthAdmin(ReadOnlyAdmin):
    list_display = ("user", "address", "failed_at", "soft_count", "soft_at", "diagnostic")
    list_select_related = ("user",)
    search_fields = ("=user__username", "=address")
    actions = ("send_to_it_again",)

    @admin.action(description=_("Send to this address again"))
    def send_to_it_again(self, request: HttpRequest, rows: Any) -> None:
        for row in rows.select_related("user"):
            bounces.forgive(user=row.user)


@admin.register(PushSubscription)
class PushSubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "device", "created_at", "succeeded_at")
    list_select_related = ("user",)
    exclude = ("endpoint", "p256dh", "auth")  # whoever has these could push
