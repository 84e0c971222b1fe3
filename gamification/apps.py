from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GamificationConfig(AppConfig):
    name = "gamification"
    verbose_name = _("Gamification")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from gamification import consistency, panels, reactions  # noqa: F401, PLC0415
        from gamification.services.lifecycle import erase_activity, export_activity  # noqa: PLC0415

        lifecycle.register("gamification", export=export_activity, erase=erase_activity)
