from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    name = "profiles"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle, realtime  # noqa: PLC0415
        from profiles import (  # noqa: F401, PLC0415
            adapter,
            consistency,
            consistency_moderation,
            consistency_penalties,
            exports,
            merging,
            panels,
            reactions,
        )
        from profiles.selectors.penalties import suspended_ids  # noqa: PLC0415
        from profiles.services.conduct_lifecycle import erase_conduct  # noqa: PLC0415
        from profiles.services.lifecycle import erase_account  # noqa: PLC0415
        from profiles.services.penalties import ensure_may_write  # noqa: PLC0415

        adapter.connect()
        realtime.register_barred(suspended_ids)
        realtime.register_sign_ins(adapter.sign_ins_of)
        realtime.register_frame_check("typing", ensure_may_write)
        lifecycle.register("conduct", erase=erase_conduct)
        lifecycle.register("profiles", erase=erase_account)
        exports.register()
        merging.register()
