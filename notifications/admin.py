"""The inboxes in the admin: for looking, not for changing."""

from django.contrib import admin

from community_platform.core.admin import ReadOnlyAdmin
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "kind", "actor", "subject", "created_at", "read_at")
    list_filter = ("kind",)
    list_select_related = ("user", "actor")
    search_fields = ("=user__username", "=key")
    show_full_result_count = False
    ordering = ("-id",)
