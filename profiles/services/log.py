"""The moderation log: every service that moderates writes its line here, in its own transaction."""

from typing import Any

from profiles.models import ModerationAction

_TITLE_HIGH, _URL_HIGH = 160, 200  # of the columns


def log(
    actor: Any,
    action: str,
    *,
    kind: str,
    object_id: int | None = None,
    target: Any = None,
    course_ref: int | None = None,
    category_ref: int | None = None,
    title: str = "",
    url: str = "",
    reason: str = "",
    note: str = "",
    is_public: bool = True,
) -> ModerationAction:
    """Write one line: `actor` (SYSTEM is nobody) did `action` to the subject of `kind`, which concerns `target`.

    `reason` is what people may read, `note` is for moderators. The public page shows lines with `is_public`, without
    names and notes, and titles only of what is still there for everybody. The line can never be changed.
    """
    return ModerationAction.objects.create(
        actor_id=actor.pk,
        action=action,
        kind=kind,
        object_id=object_id,
        target=target,
        course_ref=course_ref,
        category_ref=category_ref,
        title=title[:_TITLE_HIGH],
        url=url[:_URL_HIGH],
        reason=reason,
        note=note,
        is_public=is_public,
    )
