from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    name = "profiles"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from profiles import adapter  # noqa: PLC0415
        from profiles.services.lifecycle import erase_account, export_account  # noqa: PLC0415

        adapter.connect()
        lifecycle.register("profiles", export=export_account, erase=erase_account)
