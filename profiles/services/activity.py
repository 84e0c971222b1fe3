"""What people did, for those who follow them. Written by the apps that own the deeds, in their transaction."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from community_platform.core.db import insert_once
from profiles.models import Activity


def record(
    *,
    user_id: int,
    activity_type: str,
    key: str,
    object_id: int | None = None,
    url: str = "",
    metadata: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> bool:
    """Note that a person did something and tell whether it was new. One row per `key`, however often it is told.

    Recorded whatever the person's switches say: they decide when it is read, so that switching on shows the past.
    """
    return insert_once(
        Activity,
        user_id=user_id,
        activity_type=activity_type,
        dedupe_key=key,
        object_id=object_id,
        url=url,
        metadata=metadata or {},
        created_at=at or timezone.now(),
    )


def forget(*, key: str) -> None:
    """Take a deed back: it was undone, not merely hidden. Repeatable."""
    Activity.objects.filter(dedupe_key=key).delete()
