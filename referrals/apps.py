from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Invitations")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from gamification.selectors import metrics  # noqa: PLC0415
        from profiles.services.referral import register_claim  # noqa: PLC0415
        from referrals import consistency, exports, merging, middleware, panels, reactions  # noqa: F401, PLC0415
        from referrals.selectors import board, counts  # noqa: PLC0415
        from referrals.services import claiming, devices  # noqa: PLC0415

        register_claim(claiming.claim)
        metrics.register("referrals_joined", counts.joined)
        metrics.register("referrals_completed", counts.completed)
        board.register()
        lifecycle.register("referrals", erase=devices.erase_person)
        exports.register()
        merging.register()
        middleware.connect()
