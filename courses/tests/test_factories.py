"""The factories leave rows as the services would."""

import pytest

from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory

pytestmark = pytest.mark.django_db


def test_a_filled_course_has_right_counters() -> None:
    course = CourseFactory(sections=2, lessons=3)
    assert (course.lessons_count, course.duration_minutes) == (6, 12)
    assert list(course.lessons.order_by("position").values_list("position", flat=True)) == list(range(6))


def test_lessons_of_a_course_share_its_last_section() -> None:
    course = CourseFactory()
    first, second = LessonFactory(course=course), LessonFactory(course=course)
    assert first.section == second.section


def test_an_enrolment_is_counted() -> None:
    assert EnrollmentFactory().course.students_count == 1
