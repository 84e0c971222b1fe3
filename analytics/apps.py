from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from analytics import exports, merging  # noqa: PLC0415
        from analytics.services.dirty import forget  # noqa: PLC0415
        from community_platform.core import lifecycle  # noqa: PLC0415

        lifecycle.register("analytics", erase=forget)
        exports.register()
        merging.register()
