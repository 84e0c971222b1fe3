from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from notifications import panels, reactions, selectors  # noqa: F401, PLC0415
        from notifications.services.lifecycle import erase_inbox, export_inbox  # noqa: PLC0415
        from profiles.selectors import register_unread  # noqa: PLC0415

        register_unread("notifications", selectors.unread_count)
        lifecycle.register("notifications", export=export_inbox, erase=erase_inbox)
