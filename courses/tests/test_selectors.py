"""Where to go on, and what is popular."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core import consistency, lifecycle
from community_platform.core.realtime.channels import may_subscribe
from courses import selectors
from courses.models import Course, Enrollment, LessonProgress, Status
from courses.services import progress
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("done", "last", "expected"),
    [([], None, 0), ([], 2, 2), ([2], 2, 3), ([3], 3, 0), ([0, 1], None, 2), ([0, 1, 2, 3], 3, None)],
)
def test_a_course_goes_on_where_it_was_left(done: list[int], last: int | None, expected: int | None) -> None:
    lessons = LessonFactory.build_batch(4)
    for number, lesson in enumerate(lessons):
        lesson.pk = number
    found = selectors.next_lesson(lessons, set(done), last)
    assert found is (None if expected is None else lessons[expected])


@pytest.mark.parametrize("number", [3, 30])
def test_learning_goes_on_in_three_queries(anna: User, number: int, django_assert_num_queries: Any) -> None:
    for age in range(number):
        row = EnrollmentFactory(user=anna, course=CourseFactory(lessons=3))
        Enrollment.objects.filter(pk=row.pk).update(last_activity_at=timezone.now() - timedelta(hours=age))
    first = Enrollment.objects.order_by("-last_activity_at")[0]
    with django_assert_num_queries(3):
        found = selectors.continue_learning(anna, 3)
        addresses = [row.next_lesson.get_absolute_url() for row in found if row.next_lesson]
        assert [row.course.category.name for row in found]
    assert found[0] == first
    assert len(addresses) == 3


def test_finished_courses_and_withdrawn_drafts_do_not_go_on(anna: User) -> None:
    lesson = LessonFactory()
    EnrollmentFactory(user=anna, course=lesson.course)
    progress.complete(actor=anna, lesson=lesson)
    EnrollmentFactory(user=anna, course=CourseFactory(status=Status.DRAFT))
    kept = EnrollmentFactory(user=anna, course=CourseFactory(status=Status.ARCHIVED))
    assert selectors.continue_learning(anna, 5) == [kept]


def test_popular_courses_have_most_students(django_assert_num_queries: Any) -> None:
    CourseFactory(status=Status.DRAFT)
    quiet, busy = CourseFactory(), CourseFactory()
    EnrollmentFactory(course=busy)
    with django_assert_num_queries(1):
        found = selectors.popular_courses(5)
        assert [(course.category.name, course.instructor.name) for course in found]
    assert found == [busy, quiet]


def test_channels_open_for_those_who_may_see(anna: User, boris: User) -> None:
    lesson = LessonFactory()
    EnrollmentFactory(user=anna, course=lesson.course)
    hidden = LessonFactory(course=CourseFactory(status=Status.DRAFT))
    assert may_subscribe(boris, f"course.{lesson.course_id}")
    assert may_subscribe(anna, f"lesson.{lesson.pk}")
    assert not may_subscribe(boris, f"lesson.{lesson.pk}")
    assert not may_subscribe(anna, f"course.{hidden.course_id}")
    assert not may_subscribe(anna, f"lesson.{hidden.pk}")


def test_erasing_a_person_removes_what_they_learned_and_counts_again(anna: User, boris: User) -> None:
    lesson = LessonFactory()
    for person in (anna, boris):
        EnrollmentFactory(user=person, course=lesson.course)
        progress.complete(actor=person, lesson=lesson)
    exported = lifecycle.export(anna)
    assert exported["courses/enrollments.json"][0]["progress_percent"] == 100
    assert exported["courses/lessons.json"][0]["lesson"] == lesson.slug
    for _twice in range(2):
        lifecycle.erase(anna)
    assert Course.objects.get().students_count == 1
    assert LessonProgress.objects.get().user == boris
    assert Enrollment.objects.get().user == boris


def spoil_course() -> None:
    Course.objects.update(students_count=9, lessons_count=9, duration_minutes=9)


def spoil_enrollment() -> None:
    Enrollment.objects.update(progress_percent=7, lessons_completed=7)


@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        (spoil_course, {"courses.course.students", "courses.course.lessons", "courses.course.duration"}),
        (spoil_enrollment, {"courses.enrollment.lessons", "courses.enrollment.progress"}),
    ],
)
def test_wrong_counters_are_found_and_mended(anna: User, spoil: Callable[[], None], broken: set[str]) -> None:
    row = EnrollmentFactory(user=anna, course=CourseFactory(lessons=3))
    progress.complete(actor=anna, lesson=row.course.lessons.first())
    spoil()
    found = {result.invariant.id for result in consistency.check() if result.violations}
    assert found == broken
    assert not [result for result in consistency.check(repair=True) if result.violations]
    row.refresh_from_db()
    assert (row.progress_percent, row.lessons_completed, Course.objects.get().students_count) == (33, 1, 1)


def test_a_completion_that_nobody_noticed_is_an_alarm(anna: User) -> None:
    row = EnrollmentFactory(user=anna, course=CourseFactory(lessons=1))
    step = LessonProgress.objects.create(user=anna, lesson=row.course.lessons.get(), completed_at=timezone.now())
    broken = {result.invariant.id for result in consistency.check() if result.violations}
    assert broken == {"courses.enrollment.finished", "courses.enrollment.lessons"}
    step.delete()
