"""What becomes of rows of courses when two accounts become one.

Services of `courses.services.joining` do what moves counters; the order of the rules matters: what a student did comes
before the enrolment that counts it, reviews and staff before the course.
"""

from collections.abc import Sequence

from community_platform.core import merging
from community_platform.core.merging import custom, leave, move, move_unique
from courses.models import LessonFeedback
from courses.services import joining


def _says_more(kept: LessonFeedback, other: LessonFeedback) -> Sequence[str]:
    if kept.text or not other.text:
        return ()
    kept.text = other.text
    return ("text",)


def register() -> None:
    """Register what becomes of the rows."""
    merging.rules(
        custom(joining.join_reviews, "courses.Review.user"),
        custom(joining.join_watching, "courses.WatchSpan.user", "courses.LessonProgress.user"),
        custom(joining.join_attempts, "courses.QuizAttempt.user"),
        custom(joining.join_enrollments, "courses.Enrollment.user"),
        custom(joining.join_events, "courses.LearningEvent.user"),
        custom(joining.join_certificates, "courses.Certificate.user"),
        custom(joining.join_orders, "courses.Order.user"),
        custom(joining.join_staff, "courses.CourseStaff.user"),
        custom(joining.join_courses, "courses.Course.instructor"),
        move_unique(
            "courses.LessonFeedback.user", same=("lesson_id", "kind", "at_seconds"), join=_says_more,
        ),
        custom(joining.join_imports, "courses.CourseImport.user"),
        move(
            "courses.PendingEvent.user", "courses.Certificate.revoked_by", "courses.Coupon.created_by",
            "courses.CourseFile.uploaded_by", "courses.CourseStaff.added_by", "courses.LessonFeedback.resolved_by",
            "courses.Review.hidden_by", "courses.Review.replied_by",
        ),
        leave("courses.LedgerEntry.booked_by", reason="the ledger is append-only: it names who booked"),
    )  # fmt: skip
