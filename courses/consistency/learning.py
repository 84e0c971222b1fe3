"""Staff, reviews, certificates, the event log."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from community_platform.core.consistency import (
    Invariant,
    Violation,
    alarm,
    count_of,
    counter,
    register,
    sum_of,
)
from courses.models import (
    Certificate,
    Course,
    CourseStaff,
    Enrollment,
    EnrollmentStatus,
    LearningEvent,
    LessonProgress,
    Review,
    Verb,
)


def _wrong_teams() -> list[Violation]:
    """Return courses whose `team` is not what the rows of their staff say; two queries."""
    rows: dict[int, dict[str, str]] = {}
    for course_id, user_id, role in CourseStaff.objects.values_list("course_id", "user_id", "role"):
        rows.setdefault(course_id, {})[str(user_id)] = role
    teams = dict(Course.objects.filter(~Q(team={}) | Q(pk__in=rows)).values_list("pk", "team"))
    return [Violation(pk, team, rows.get(pk, {})) for pk, team in teams.items() if team != rows.get(pk, {})]


def _completed_nowhere() -> QuerySet[LearningEvent]:
    done = LessonProgress.objects.filter(
        user=OuterRef("user"), lesson=OuterRef("lesson"), completed_at__isnull=False
    )
    return LearningEvent.objects.filter(~Exists(done), verb=Verb.COMPLETED, lesson__isnull=False)


def _miscounted_reviews() -> QuerySet[Review]:
    refunded = Q(enrollment__status=EnrollmentStatus.REFUNDED)
    return Review.objects.filter(Q(counts=True) & (refunded | Q(hidden_at__isnull=False)))


def _undeserved() -> QuerySet[Certificate]:
    finished = Enrollment.ever.filter(
        user=OuterRef("user"), course=OuterRef("course"), completed_at__isnull=False
    )
    return Certificate.objects.filter(~Exists(finished), revoked_at__isnull=True)


_COUNTED = Review.objects.filter(counts=True)

register(
    Invariant("courses.course.team", "the team of a course is its staff", "alarm", _wrong_teams),
    counter(
        "courses.course.ratings", "reviews that count", Course, "ratings_count", count_of(_COUNTED, "course"),
    ),
    counter(
        "courses.course.rating_sum", "stars of the reviews that count", Course, "rating_sum",
        sum_of(_COUNTED, "course", "rating"),
        among=lambda: Course.objects.filter(Q(rating_sum__gt=0) | Exists(_COUNTED.filter(course=OuterRef("pk")))),
    ),
    alarm("courses.review.counts", "hidden reviews and those of refunded students do not count", _miscounted_reviews),
    alarm("courses.certificate.deserved", "who holds a certificate has completed the course", _undeserved),
    alarm("courses.event.completed", "a lesson completed in the log is completed", _completed_nowhere),
)  # fmt: skip
