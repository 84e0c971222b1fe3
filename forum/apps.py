from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = _("Forum")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle, realtime  # noqa: PLC0415
        from forum import consistency, consistency_comments, panels  # noqa: F401, PLC0415
        from forum.models import Topic  # noqa: PLC0415
        from forum.selectors.topics import unread_count  # noqa: PLC0415
        from forum.services.lifecycle import erase_forum, export_forum  # noqa: PLC0415
        from profiles.selectors import register_unread  # noqa: PLC0415

        realtime.register_channel(
            "topic", lambda user, pk: Topic.objects.visible_to(user).filter(pk=pk).exists()
        )
        register_unread("topics", unread_count)
        lifecycle.register("forum", export=export_forum, erase=erase_forum)
