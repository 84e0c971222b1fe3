"""What the pages of learning cost in queries, by themselves: little, and the same for 5 and for 500."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import (
    Course,
    CourseCategory,
    Enrollment,
    Lesson,
    LessonKind,
    LessonProgress,
    Quiz,
    Section,
    Status,
)
from courses.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory
from profiles.models import Profile, User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Count = Callable[[Client, str], int]
SIZES = [5, 500]


def long_course(student: User, lessons: int) -> Course:
    """Return a course of many lessons of each kind, half of them done by `student`."""
    course = CourseFactory(lessons_count=lessons)
    section = SectionFactory(course=course)
    kinds = list(LessonKind)
    rows = Lesson.objects.bulk_create(
        Lesson(
            course=course, section=section, title=f"Lesson {n}", slug=f"lesson-{n}", position=n, kind=kinds[n % 3],
            video_url="/media/a.webm",
        )
        for n in range(lessons)
    )  # fmt: skip
    Quiz.objects.bulk_create(Quiz(lesson=row) for row in rows if row.kind == LessonKind.QUIZ)
    done = lessons // 2
    LessonProgress.objects.bulk_create(
        LessonProgress(user=student, lesson=row, completed_at=timezone.now()) for row in rows[:done]
    )
    percent = done * 100 // lessons
    EnrollmentFactory(user=student, course=course, lessons_completed=done, progress_percent=percent)
    return course


@pytest.mark.parametrize("number", SIZES)
def test_a_course_and_its_lessons(as_html: Html, anna: User, number: int, count_own_queries: Count) -> None:
    course = long_course(anna, number)
    client = as_html(anna)
    # session, user, course with enrolment, lessons with chapters, quizzes, progress and marks; one's review; attempts
    assert count_own_queries(client, course.get_absolute_url()) == 5
    for kind, cost in ((LessonKind.ARTICLE, 4), (LessonKind.VIDEO, 4), (LessonKind.QUIZ, 5)):
        lesson = course.lessons.filter(kind=kind).last()
        assert count_own_queries(client, f"{course.get_absolute_url()}{lesson.slug}/") == cost


@pytest.mark.parametrize("number", SIZES)
def test_the_catalogue(as_html: Html, anna: User, irina: User, number: int, count_own_queries: Count) -> None:
    shelf = CourseCategory.objects.create(name="Science", slug="science")
    now = timezone.now()
    courses = Course.objects.bulk_create(
        Course(
            title=f"Course {n}", slug=f"course-{n}", category=shelf, instructor=irina, summary="What it is.",
            status=Status.PUBLISHED, published_at=now, students_count=1,
        )
        for n in range(number)
    )  # fmt: skip
    Profile.objects.filter(pk=irina.pk).update(courses_created=number)
    Section.objects.bulk_create(Section(course=course, title="Start") for course in courses)
    Enrollment.objects.bulk_create(Enrollment(user=anna, course=course) for course in courses)
    # session, user, shelves, count, page, one's enrolments
    assert count_own_queries(as_html(anna), "/courses/") == 6
    assert count_own_queries(as_html(anna), "/courses/?q=course&sort=rating&level=beginner") == 6
