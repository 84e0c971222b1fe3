from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from messaging import (  # noqa: F401, PLC0415
            channels,
            consistency,
            consumers,
            exports,
            merging,
            reactions,
            reported,
        )
        from messaging.selectors.inbox import unread_count  # noqa: PLC0415
        from messaging.services.lifecycle import erase_messaging  # noqa: PLC0415
        from profiles.selectors import register_unread  # noqa: PLC0415

        register_unread("messages", unread_count)
        consumers.register()
        reported.register()
        lifecycle.register("messaging", erase=erase_messaging)
        exports.register()
        merging.register()
