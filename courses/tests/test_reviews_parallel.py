"""Many review, finish and mark at the same moment (PostgreSQL): one row each, and counters that are exact."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core.errors import Conflict
from courses.models import Certificate, LearningEvent, LessonFeedback, Review, SigningKey, Verb
from courses.services import certificates, feedback, progress, reviews
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from forum.tests.test_parallel_writers import at_once
from profiles.tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


def refused(job: Callable[[], Any]) -> Callable[[], str]:
    """Run `job`; return "" or the code of the conflict that it met."""

    def run() -> str:
        try:
            job()
        except Conflict as conflict:
            return conflict.code
        return ""

    return run


def test_ten_students_review_at_once_and_every_star_counts() -> None:
    course = CourseFactory()
    students = [EnrollmentFactory(course=course, progress_percent=50).user for _ in range(10)]
    at_once([lambda s=s: reviews.post_review(actor=s, course=course, rating=4) for s in students])  # type: ignore[misc]
    course.refresh_from_db()
    assert (course.rating_sum, course.ratings_count, Review.objects.count()) == (40, 10, 10)


def test_one_student_in_ten_tabs_reviews_once() -> None:
    course = CourseFactory()
    student = EnrollmentFactory(course=course, progress_percent=50).user
    codes = at_once([refused(lambda: reviews.post_review(actor=student, course=course, rating=5))] * 10)
    assert sorted(codes) == ["", *["already_reviewed"] * 9]
    course.refresh_from_db()
    assert (course.rating_sum, course.ratings_count) == (5, 1)


def test_editing_hiding_and_deleting_at_once_leave_the_rating_true() -> None:
    course = CourseFactory()
    maxim = UserFactory(is_superuser=True)
    rows = []
    for _n in range(5):
        student = EnrollmentFactory(course=course, progress_percent=50).user
        rows.append(reviews.post_review(actor=student, course=course, rating=5))
    jobs: list[Callable[[], Any]] = []
    for row in rows:
        jobs += [
            refused(lambda r=row: reviews.hide_review(actor=maxim, review=r, reason="spam")),  # type: ignore[misc]
            refused(lambda r=row: reviews.show_review(actor=maxim, review=r)),  # type: ignore[misc]
        ]
    at_once(jobs)
    for row in rows:
        reviews.show_review(actor=maxim, review=row)
    course.refresh_from_db()
    assert (course.rating_sum, course.ratings_count) == (25, 5)


def test_finishing_ten_times_at_once_issues_one_certificate() -> None:
    course = CourseFactory()
    lesson = LessonFactory(course=course)
    student = EnrollmentFactory(course=course).user
    at_once([lambda: progress.complete(actor=student, lesson=lesson, shown_here=False)] * 10)
    assert Certificate.objects.get().user == student
    assert LearningEvent.objects.filter(verb=Verb.CERTIFIED).count() == 1


def test_the_first_certificates_of_a_school_are_signed_by_one_key() -> None:
    course = CourseFactory()
    people = [
        EnrollmentFactory(course=course, progress_percent=100, completed_at=timezone.now()).user for _ in range(10)
    ]
    at_once([lambda p=p: certificates.issue_certificate(user_id=p.pk, course_id=course.pk) for p in people])  # type: ignore[misc]
    assert Certificate.objects.count() == 10
    assert SigningKey.objects.count() == 1


def test_the_same_mark_from_ten_tabs_is_one_row() -> None:
    lesson = LessonFactory(course=CourseFactory())
    student = EnrollmentFactory(course=lesson.course).user
    made = at_once([lambda: feedback.give_feedback(actor=student, lesson=lesson, kind="clear")[1]] * 10)
    assert sorted(made) == [False] * 9 + [True]
    assert LessonFeedback.objects.count() == 1
    assert LearningEvent.objects.filter(verb=Verb.FEEDBACK).count() == 1
