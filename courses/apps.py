from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        # Models are loaded by now, which these need. The three modules register what they hold.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from courses import channels, consistency, exports, merging, panels, reactions, reported  # noqa: F401, PLC0415
        from courses.models import Course  # noqa: PLC0415
        from courses.selectors.people import classmates  # noqa: PLC0415
        from courses.services.lifecycle import erase_learning  # noqa: PLC0415
        from profiles import moderation, privacy  # noqa: PLC0415
        from profiles.models import ActivityType  # noqa: PLC0415
        from profiles.selectors.people import register_suggester  # noqa: PLC0415

        moderation.register_scope(
            "course_ref", lambda user: Course.objects.taught_by(user).values("pk"), lambda user: user.is_instructor
        )
        for done in (ActivityType.COURSE_COMPLETED, ActivityType.COURSE_CREATED):
            privacy.register_activity(done, Course.objects.visible_to)
        register_suggester(classmates)
        lifecycle.register("courses", erase=erase_learning)
        exports.register()
        merging.register()
        reported.register()
