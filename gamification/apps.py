from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class GamificationConfig(AppConfig):
    name = "gamification"
    verbose_name = _("Gamification")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from gamification import consistency, exports, merging, panels, reactions, reactions_points  # noqa: F401, PLC0415
        from gamification.selectors import badge_catalogue, badges  # noqa: PLC0415
        from gamification.services.lifecycle import erase_activity  # noqa: PLC0415
        from profiles import privacy  # noqa: PLC0415
        from profiles.models import ActivityType  # noqa: PLC0415

        privacy.register_activity(ActivityType.BADGE_EARNED, badges.visible_to)
        checks.register(badge_catalogue.check_catalogue)
        lifecycle.register("gamification", erase=erase_activity)
        exports.register()
        merging.register()
