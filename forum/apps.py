from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = _("Forum")

    def ready(self) -> None:
        # Models are loaded by now, which these need.
        from community_platform.core import lifecycle  # noqa: PLC0415
        from community_platform.core.permissions import register_bar  # noqa: PLC0415
        from forum import (  # noqa: F401, PLC0415
            channels,
            consistency,
            consistency_comments,
            consistency_reports,
            consistency_search,
            exports,
            merging,
            panels,
            reactions,
            reported,
        )
        from forum.models import Comment, Topic  # noqa: PLC0415
        from forum.selectors.people import answerers  # noqa: PLC0415
        from forum.selectors.topics import unread_count  # noqa: PLC0415
        from forum.services.guards import bar  # noqa: PLC0415
        from forum.services.lifecycle import erase_forum  # noqa: PLC0415
        from profiles import privacy  # noqa: PLC0415
        from profiles.models import ActivityType  # noqa: PLC0415
        from profiles.selectors import register_unread  # noqa: PLC0415
        from profiles.selectors.people import register_suggester  # noqa: PLC0415

        register_unread("topics", unread_count)
        register_suggester(answerers)
        register_bar(bar)
        privacy.register_activity(ActivityType.TOPIC_CREATED, lambda viewer: Topic.objects.visible_to(viewer).live())
        privacy.register_activity(
            ActivityType.COMMENT_POSTED, lambda viewer: Comment.objects.visible_to(viewer).filter(deleted_at=None)
        )
        reported.register()
        lifecycle.register("forum", erase=erase_forum)
        exports.register()
        merging.register()
