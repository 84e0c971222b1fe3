"""What instructors make, and what students say of it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Exists, F, Min, OuterRef, QuerySet

from courses.models import Course, CourseStaff, Enrollment, EnrollmentStatus, Review
from gamification.selectors.metrics.units import (
    ALWAYS,
    Number,
    People,
    Sql,
    When,
    Window,
    among,
    of,
    rows,
    when,
)

RATED_REVIEWS = 10  # below them an instructor has no rating
COURSE_REVIEWS, COURSE_RATING = 5, 4.5
REAL_PROGRESS = 20  # percent of the course that the author of a five-star review has done
_REVIEWS = (
    "FROM courses_review r JOIN courses_course c ON c.id = r.course_id "
    "WHERE r.counts AND r.user_id <> c.instructor_id"
)


def courses_published(people: People, window: Window) -> QuerySet[Any]:
    made = Course.objects.filter(published_at__isnull=False, **of(people, "instructor"))
    return made.annotate(who=F("instructor"), at=F("published_at")).values("who", "at")


def students(people: People, window: Window) -> QuerySet[Any]:
    """One unit a student over all of one's courses; colleagues and staff of the school are none."""
    team = CourseStaff.objects.filter(course=OuterRef("course"), user=OuterRef("user"))
    learn = Enrollment.ever.filter(user__is_staff=False, **of(people, "course__instructor"))
    learn = learn.exclude(user=F("course__instructor")).exclude(status=EnrollmentStatus.REFUNDED)
    learn = learn.filter(~Exists(team)).annotate(who=F("course__instructor"))
    return learn.values("who", "user").annotate(at=Min("enrolled_at")).values("who", "at")


def five_stars(people: People, window: Window) -> QuerySet[Any]:
    said = Review.objects.filter(
        rating=5, counts=True, enrollment__progress_percent__gte=REAL_PROGRESS, **of(people, "course__instructor")
    ).exclude(user=F("course__instructor"))
    return said.annotate(who=F("course__instructor"), at=F("created_at")).values("who", "at")


def well_rated_courses(people: People, window: Window) -> Sql:
    """One unit a course with enough reviews and a mean of 4.5, dated by the review that brought it there first."""
    some = among(people, "c.instructor_id")
    running = (
        "SELECT c.instructor_id AS who, c.id AS course, r.created_at AS at, "
        "COUNT(*) OVER so_far AS n, AVG(1.0 * r.rating) OVER so_far AS mean, "
        "AVG(1.0 * r.rating) OVER (PARTITION BY c.id) AS now, COUNT(*) OVER (PARTITION BY c.id) AS total "
        f"{_REVIEWS} {some.text} WINDOW so_far AS (PARTITION BY c.id ORDER BY r.created_at, r.id)"
    )
    enough = f"n >= {COURSE_REVIEWS} AND mean >= {COURSE_RATING} AND total >= {COURSE_REVIEWS}"
    good = f"{enough} AND now >= {COURSE_RATING}"
    return Sql(f"SELECT who, MIN(at) AS at FROM ({running}) s WHERE {good} GROUP BY who, course", some.params)  # noqa: S608


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean review over one's courses; nobody with fewer than ten reviews has one."""

    def values(self, people: People, window: Window = ALWAYS) -> dict[int, Number]:
        counted = Review.objects.filter(counts=True, **of(people, "course__instructor"))
        said: Any = counted.exclude(user=F("course__instructor")).values("course__instructor").order_by()
        means = said.annotate(n=Count("pk"), mean=Avg("rating")).filter(n__gte=RATED_REVIEWS)
        return {row["course__instructor"]: round(float(row["mean"]), 2) for row in means}

    def moments(self, people: People, threshold: float, window: Window = ALWAYS) -> dict[int, When]:
        some = among(people, "c.instructor_id")
        running = (
            "SELECT c.instructor_id AS who, r.created_at AS at, COUNT(*) OVER so_far AS n, "
            f"AVG(1.0 * r.rating) OVER so_far AS mean {_REVIEWS} {some.text} "
            "WINDOW so_far AS (PARTITION BY c.instructor_id ORDER BY r.created_at, r.id)"
        )
        found = f"SELECT who, MIN(at) FROM ({running}) s WHERE n >= {RATED_REVIEWS} AND mean >= %s GROUP BY who"  # noqa: S608
        return {who: when(at) for who, at in rows(Sql(found, (*some.params, threshold)))}
