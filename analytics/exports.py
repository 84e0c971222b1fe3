"""What analytics gives to a person who asks for their data."""

from analytics.models import FigureExport, NpsResponse, StudentEngagement, UserCourseDay
from community_platform.core import lifecycle
from community_platform.core.lifecycle import table


def register() -> None:
    """Register what is given out."""
    lifecycle.exports(
        table(
            "analytics/days", UserCourseDay, "user",
            {
                "course": "course__slug", "day": "day", "lessons_viewed": "lessons_viewed",
                "lessons_completed": "lessons_completed", "videos_watched": "videos_watched",
                "quiz_attempts": "quiz_attempts", "comments_count": "comments_count",
                "questions_count": "questions_count", "content_ms": "content_ms", "video_wall_ms": "video_wall_ms",
                "read_ms": "read_ms", "quiz_ms": "quiz_ms",
            },
        ),
        table(
            "analytics/engagement", StudentEngagement, "user",
            {
                "course": "course__slug", "engagement_score": "engagement_score", "components": "components",
                "last_activity_at": "last_activity_at", "estimated_completion_date": "estimated_completion_date",
                "estimated_from": "estimated_from", "estimated_to": "estimated_to", "risk": "risk",
            },
        ),
        table("analytics/survey", NpsResponse, "user", ("score", "comment", "created_at")),
        table(
            "analytics/exports", FigureExport, "user",
            {"course": "course__slug", "table": "table", "format": "format", "first": "first", "last": "last",
             "rows": "rows", "created_at": "created_at"},
        ),
    )  # fmt: skip
    audit = "which figures were taken out stands in the audit, without who; it holds no words of a person"
    lifecycle.stays({"analytics.FigureExport.table": audit})
