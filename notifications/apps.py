from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from notifications import consistency, exports, merging, panels, reactions, reactions_people  # noqa: F401, PLC0415
        from notifications.selectors.inbox import unread_count  # noqa: PLC0415
        from notifications.services.lifecycle import erase_inbox  # noqa: PLC0415
        from profiles.selectors import register_unread  # noqa: PLC0415

        register_unread("notifications", unread_count)
        lifecycle.register("notifications", erase=erase_inbox)
        exports.register()
        merging.register()
