"""What courses give to a person who asks for their data: what they learned, said, bought and teach."""

from collections.abc import Iterator
from typing import Any

from community_platform.core import lifecycle
from community_platform.core.lifecycle import CHUNK, Row, Subject, table
from courses.models import (
    Certificate,
    Course,
    CourseImport,
    CourseStaff,
    Enrollment,
    LearningEvent,
    LessonFeedback,
    LessonProgress,
    Order,
    PendingEvent,
    QuizAttempt,
    Review,
    Verb,
    WatchSpan,
)

_COURSE = ("slug", "title", "summary", "description", "objectives", "status", "created_at", "published_at")


def _attempts(user: Any) -> Iterator[Row]:
    rows = QuizAttempt.objects.filter(user=user.pk).select_related("quiz__lesson__course").order_by("pk")
    for row in rows.prefetch_related("answers__question").iterator(CHUNK):
        lesson = row.quiz.lesson
        yield {
            "course": lesson.course.slug,
            "quiz": lesson.slug,
            "number": row.number,
            "started_at": row.started_at,
            "submitted_at": row.submitted_at,
            "score": row.score,
            "max_score": row.max_score,
            "answers": [
                {"question": answer.question.text, "response": answer.response} for answer in row.answers.all()
            ],
        }


def _events(user: Any) -> Iterator[Row]:
    columns = ("uuid", "at", "verb", "course__slug", "lesson__slug", "value", "data")
    rows = LearningEvent.objects.filter(user=user.pk).order_by("at", "pk").values_list(*columns)
    for uuid, at, verb, course, lesson, value, data in rows.iterator(CHUNK):
        yield {
            "id": uuid, "at": at, "verb": Verb(verb).name.lower(), "course": course, "lesson": lesson,
            "value": value, "data": data,
        }  # fmt: skip


def register() -> None:
    """Register what is given out."""
    lifecycle.exports(
        table(
            "courses/enrollments", Enrollment, "user",
            {"course": "course__slug", "status": "status", "enrolled_at": "enrolled_at", "ended_at": "ended_at",
             "progress_percent": "progress_percent", "completed_at": "completed_at"},
        ),
        table(
            "courses/lessons", LessonProgress, "user",
            {"course": "lesson__course__slug", "lesson": "lesson__slug", "viewed_at": "viewed_at",
             "position_seconds": "position_seconds", "watched_seconds": "watched_seconds",
             "read_seconds": "read_seconds", "coverage_ms": "coverage", "completed_at": "completed_at"},
        ),
        table(
            "courses/watched", WatchSpan, "user",
            {"lesson": "lesson__slug", "from_ms": "from_ms", "to_ms": "to_ms", "rate": "rate",
             "begun_at": "begun_at", "ended_at": "ended_at"},
        ),
        Subject("courses/quiz_attempts", ("courses.QuizAttempt.user",), _attempts),
        table(
            "courses/reviews", Review, "user",
            {"course": "course__slug", "rating": "rating", "content": "content", "reply": "reply",
             "removal_reason": "removal_reason", "created_at": "created_at", "edited_at": "edited_at"},
        ),
        table("courses/review_replies", Review, "replied_by", {"course": "course__slug", "reply": "reply"}),
        table(
            "courses/lesson_feedback", LessonFeedback, "user",
            {"lesson": "lesson__slug", "kind": "kind", "second": "at_seconds", "text": "text",
             "created_at": "created_at"},
        ),
        table(
            "courses/certificates", Certificate, "user",
            {"uuid": "uuid", "name": "holder_name", "course": "course_title",
             "instructor": "instructor_name", "issued_at": "issued_at", "revoked_at": "revoked_at",
             "revoke_reason": "revoke_reason", "credential": "credential", "proof": "proof"},
        ),
        table(
            "courses/orders", Order, "user",
            ("number", "course__slug", "coupon__code", "list_price_minor", "discount_minor", "amount_minor",
             "refunded_minor", "currency", "status", "provider", "provider_reference", "created_at", "paid_at"),
        ),
        table("courses/courses_assisted", CourseStaff, "user", {"course": "course__slug", "role": "role"}),
        table("courses/courses_taught", Course, "instructor", _COURSE),
        table(
            "courses/imports", CourseImport, "user", {"course": "course__slug", "format": "format", "notes": "notes"},
        ),
        Subject("courses/learning_events", ("courses.LearningEvent.user",), _events),
        table("courses/reported_events", PendingEvent, "user", ("uuid", "person", "payload", "received_at")),
    )  # fmt: skip
    school = "a course is the school's, whoever wrote it"
    lifecycle.stays(
        {
            "courses.Course.instructor": school,
            "courses.CourseFile.uploaded_by": school,
            "courses.CourseImport.user": school,
            "courses.CourseStaff.added_by": school,
            "courses.Coupon.created_by": school,
            "courses.LedgerEntry.booked_by": "the books of the school; entries are never changed",
            "courses.Order.provider_reference": "the books of the school: what the payment is called at the provider",
            "courses.Order.provider": "the books of the school",
            "courses.Order.currency": "the books of the school",
            "courses.Certificate.revoked_by": "a certificate of another person",
            "courses.LessonFeedback.resolved_by": "feedback of another person",
            "courses.Review.hidden_by": "a review of another person",
            "courses.Review.replied_by": "what the school answered to a review of another person",
        }
    )
    staff = "what a member of the school's staff did to a row of the school or of another person"
    lifecycle.withheld(
        dict.fromkeys(
            (
                "courses.Certificate.revoked_by", "courses.Coupon.created_by", "courses.CourseFile.uploaded_by",
                "courses.CourseStaff.added_by", "courses.LedgerEntry.booked_by", "courses.LessonFeedback.resolved_by",
                "courses.Review.hidden_by",
            ),
            staff,
        )
    )  # fmt: skip
