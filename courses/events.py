"""Facts about learning. `at` is when it happened: for another system's reports that may be days ago."""

import uuid
from dataclasses import dataclass

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChanged(DomainEvent):
    """A course or its outline was written, published or archived."""

    course_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(DomainEvent):
    """Somebody began a course, or came back to it."""

    user_id: int
    course_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentEnded(DomainEvent):
    """`reason` is left or refunded."""

    user_id: int
    course_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoWatched(DomainEvent):
    """`seconds` of real time were credited; a person who seeks, skips or doubles tabs earns none."""

    user_id: int
    course_id: int
    lesson_id: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCompleted(DomainEvent):
    """Once per person and lesson. `kind` is article, video or quiz."""

    user_id: int
    course_id: int
    lesson_id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizSubmitted(DomainEvent):
    """An attempt was marked, by its student or by the clock. `attempt_id` is None for another system's report."""

    user_id: int
    course_id: int
    lesson_id: int
    quiz_id: int
    attempt_id: int | None
    number: int
    score: int
    max_score: int
    percent: int
    passed: bool
    is_first: bool
    duration_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCompleted(DomainEvent):
    """Once per person and course."""

    user_id: int
    course_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPosted(DomainEvent):
    review_id: int
    user_id: int
    course_id: int
    rating: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChanged(DomainEvent):
    """The stars of a review changed, or whether it counts: it was hidden, shown, refunded or deleted."""

    review_id: int
    user_id: int
    course_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReplied(DomainEvent):
    """An instructor answered the review of `user_id`, for the first time."""

    review_id: int
    user_id: int
    course_id: int
    actor_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(DomainEvent):
    certificate_id: int
    certificate_uuid: uuid.UUID
    user_id: int
    course_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRevoked(DomainEvent):
    certificate_id: int
    certificate_uuid: uuid.UUID
    user_id: int
    course_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(DomainEvent):
    """Somebody paid for a course; `amount_minor` is in the smallest unit of `currency`, 0 where a coupon paid all."""

    order_id: int
    user_id: int
    course_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded(DomainEvent):
    """Money was given back; `is_closed` tells whether the course was closed for it."""

    order_id: int
    user_id: int | None
    course_id: int
    amount_minor: int
    currency: str
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAdded(DomainEvent):
    """Somebody now teaches a course beside its owner, or does so in another `role` (instructor, assistant)."""

    user_id: int
    course_id: int
    role: str
    actor_id: int | None
