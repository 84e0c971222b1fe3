"""What becomes of rows of analytics when two accounts become one."""

from analytics.services import dirty
from community_platform.core import merging
from community_platform.core.merging import custom, move


def register() -> None:
    """Register what becomes of the rows."""
    merging.rules(
        custom(
            dirty.join, "analytics.UserCourseDay.user", "analytics.StudentEngagement.user",
        ),
        move("analytics.NpsResponse.user", "analytics.FigureExport.user"),
    )  # fmt: skip
