"""Reads of reviews and of lesson feedback."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from community_platform.core.permissions import may
from courses.limits import REVIEW_PROGRESS
from courses.models import Course, Enrollment, FeedbackKind, Lesson, LessonFeedback, Review
from courses.models.course import CourseQuerySet

STARS = range(5, 0, -1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the histogram; `percent` of all reviews that count."""

    stars: int
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Reviews:
    """What the page of a course, or of its reviews, says about them."""

    course: Course
    bars: list[Bar]
    latest: list[Review]  # as many as were asked for
    own: Review | None
    may_review: bool  # and has not yet
    is_too_early: bool  # enrolled, but has not done enough
    may_reply: bool
    is_staff: bool  # reads what students mark in lessons

    @property
    def count(self) -> int:
        return self.course.ratings_count


def reviews_of(course: Course, *, stars: int | None = None) -> QuerySet[Review]:
    """Return the reviews of a course that count, newest first, with their people."""
    rows = Review.objects.with_people().filter(course=course, counts=True)
    if stars is not None:
        rows = rows.filter(rating=stars)
    return rows.order_by("-created_at", "-id")


def summary(course: Course, user: Any, enrollment: Enrollment | None, latest: int = 0) -> Reviews:
    """Return the histogram, the `latest` reviews that count, and where `user` stands. One query, and the histogram's.

    Who left keeps what they wrote and may change it: for signed-in readers who are not enrolled it is looked up too.
    """
    newest, own = _newest_and_own(course, user, latest)
    is_student = enrollment is not None and own is None and may(user, "courses.review", course)
    is_ready = enrollment is not None and enrollment.progress_percent >= REVIEW_PROGRESS
    return Reviews(
        course=course,
        bars=histogram(course),
        latest=newest,
        own=own,
        may_review=is_student and is_ready,
        is_too_early=is_student and not is_ready,
        may_reply=course.is_edited_by(user),
        is_staff=may(user, "courses.teach_course", course),
    )


def with_stars(rows: CourseQuerySet) -> CourseQuerySet:
    """Annotate how many gave each number of stars, `stars_1` to `stars_5`, read from an index alone."""
    given = Review.objects.filter(course=OuterRef("pk"), counts=True).order_by().values("course")
    counts = {
        f"stars_{stars}": Coalesce(Subquery(given.filter(rating=stars).annotate(_n=Count("pk")).values("_n")), 0)
        for stars in STARS
    }
    return rows.annotate(**counts)


def histogram(course: Course) -> list[Bar]:
    """Return how many gave how many stars, five first. No query where nobody did, or `with_stars` asked before."""
    counts: dict[int, int] = {}
    if hasattr(course, "stars_5"):
        counts = {stars: getattr(course, f"stars_{stars}") for stars in STARS}
    elif course.ratings_count:
        rows = Review.objects.filter(course=course, counts=True).order_by().values_list("rating")
        counts = dict(rows.annotate(n=Count("pk")))
    total = max(sum(counts.values()), 1)
    return [Bar(stars, counts.get(stars, 0), round(100 * counts.get(stars, 0) / total)) for stars in STARS]


def page_of(review: Review, per_page: int) -> int:
    """Return on which page of the course's reviews this one stands, from 1. One query."""
    rows = reviews_of(review.course)
    newer = rows.filter(created_at__gt=review.created_at).count()
    newer += rows.filter(created_at=review.created_at, pk__gt=review.pk).count()
    return newer // per_page + 1


def marks_of(user: Any, lesson: Lesson) -> list[LessonFeedback]:
    """Return what `user` marked in a lesson, in the order of its seconds. One query."""
    return list(LessonFeedback.objects.filter(user=user, lesson=lesson).order_by("at_seconds", "pk"))


def feedback_on(course: Course, *, kind: str = "", lesson: int | None = None, is_resolved: bool | None = False) -> Any:
    """Return the marks of students on a course's lessons, in the order of the course; resolved ones only if asked."""
    rows = LessonFeedback.objects.filter(lesson__course=course).select_related("user", "lesson")
    if kind:
        rows = rows.filter(kind=kind)
    if lesson is not None:
        rows = rows.filter(lesson=lesson)
    if is_resolved is not None:
        rows = rows.filter(resolved_at__isnull=not is_resolved)
    return rows.order_by("lesson__section__position", "lesson__position", "lesson_id", "at_seconds", "pk")


def feedback_counts(course: Course) -> dict[str, int]:
    """Return how many open marks of each kind a course has. One query."""
    rows = LessonFeedback.objects.filter(lesson__course=course, resolved_at=None).order_by().values_list("kind")
    counts = dict(rows.annotate(n=Count("pk")))
    return {kind: counts.get(kind, 0) for kind in FeedbackKind.values}


def _newest_and_own(course: Course, user: Any, latest: int) -> tuple[list[Review], Review | None]:
    """Return the `latest` reviews that count and the one of `user`, if any. One query, none where neither can be."""
    rows = Review.objects.with_people().filter(course=course)
    parts = []
    if latest and course.ratings_count:
        parts.append(rows.filter(pk__in=reviews_of(course).values("pk")[:latest]))
    if user.is_authenticated and not course.is_taught_by(user):
        parts.append(rows.filter(user_id=user.pk))
    found = list({row.pk: row for row in parts[0].union(*parts[1:], all=True)}.values()) if parts else []
    own = next((row for row in found if row.user_id == user.pk), None)
    newest = sorted((row for row in found if row.counts), key=lambda row: (row.created_at, row.pk), reverse=True)
    return newest[:latest], own
