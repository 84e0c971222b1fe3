"""Who may listen to `topic.N`: whoever may read it. Asked again when it moves, goes, or its category is closed."""

from typing import Any

from community_platform.core import realtime
from forum.models import Topic


def may_hear_topic(user: Any, topic_id: int) -> bool:
    return Topic.objects.visible_to(user).filter(pk=topic_id).exists()


realtime.register_channel("topic", may_hear_topic)
