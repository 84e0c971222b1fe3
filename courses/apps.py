from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        # Models are loaded by now, which these need. The three modules register what they hold.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from courses import channels, consistency, panels  # noqa: F401, PLC0415
        from courses.services.lifecycle import erase_learning, export_learning  # noqa: PLC0415

        lifecycle.register("courses", export=export_learning, erase=erase_learning)
