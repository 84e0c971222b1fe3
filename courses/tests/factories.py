"""Courses for tests. Counters are right from the start, as the services would leave them."""

from typing import Any

import factory
from django.db.models import F
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.models import (
    Course,
    CourseCategory,
    Enrollment,
    Lesson,
    LessonKind,
    Review,
    Section,
    Status,
)
from profiles.models import Profile
from profiles.tests.factories import UserFactory


class CourseCategoryFactory(DjangoModelFactory[CourseCategory]):
    class Meta:
        model = CourseCategory

    name: Any = factory.Sequence(lambda n: f"Category {n}")
    slug: Any = factory.Sequence(lambda n: f"category-{n}")
    order_index: Any = factory.Sequence(lambda n: n)


class CourseFactory(DjangoModelFactory[Course]):
    """A free published course; `sections=2, lessons=3` fills it with two sections of three articles each.

    `ratings=(5, 4)` lets two students review it.
    """

    class Meta:
        model = Course
        skip_postgeneration_save = True

    title: Any = factory.Sequence(lambda n: f"Course {n}")
    slug: Any = factory.Sequence(lambda n: f"course-{n}")
    category: Any = factory.SubFactory(CourseCategoryFactory)
    instructor: Any = factory.SubFactory(UserFactory)
    summary: Any = "What you will be able to do."
    status: Any = Status.PUBLISHED
    published_at: Any = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type[Course], *args: Any, **kwargs: Any) -> Course:
        sections, lessons = kwargs.pop("sections", 0), kwargs.pop("lessons", 0)
        ratings = kwargs.pop("ratings", ())
        course: Course = super()._create(
            model_class, *args, **kwargs, rating_sum=sum(ratings), ratings_count=len(ratings)
        )
        if course.published_at:
            Profile.objects.filter(pk=course.instructor_id).update(courses_created=F("courses_created") + 1)
        for rating in ratings:
            row = EnrollmentFactory(course=course)
            Review.objects.create(enrollment=row, course=course, user=row.user, rating=rating)
        for number in range(sections or bool(lessons)):
            LessonFactory.create_batch(lessons, section=SectionFactory(course=course, position=number))
        return course


class SectionFactory(DjangoModelFactory[Section]):
    class Meta:
        model = Section

    course: Any = factory.SubFactory(CourseFactory)
    title: Any = factory.Sequence(lambda n: f"Section {n}")
    position: Any = factory.LazyAttribute(lambda section: section.course.sections.count())


class LessonFactory(DjangoModelFactory[Lesson]):
    """A required article at the end of its course; `course=` alone takes, or makes, the course's last section."""

    class Meta:
        model = Lesson

    title: Any = factory.Sequence(lambda n: f"Lesson {n}")
    slug: Any = factory.Sequence(lambda n: f"lesson-{n}")
    kind: Any = LessonKind.ARTICLE
    content: Any = "Read **this**."
    content_html: Any = "<p>Read <strong>this</strong>.</p>\n"
    duration_seconds: Any = 120

    @classmethod
    def _create(cls, model_class: type[Lesson], *args: Any, **kwargs: Any) -> Lesson:
        section, course = kwargs.pop("section", None), kwargs.pop("course", None)
        if section is None:
            course = course or CourseFactory()
            section = course.sections.last() or SectionFactory(course=course)
        course = section.course
        kwargs.setdefault("position", course.lessons.count())
        lesson: Lesson = super()._create(model_class, *args, section=section, course=course, **kwargs)
        _count(course)
        return lesson


class EnrollmentFactory(DjangoModelFactory[Enrollment]):
    """A student who has begun `course`, and nothing more."""

    class Meta:
        model = Enrollment

    user: Any = factory.SubFactory(UserFactory)
    course: Any = factory.SubFactory(CourseFactory)

    @classmethod
    def _create(cls, model_class: type[Enrollment], *args: Any, **kwargs: Any) -> Enrollment:
        enrollment: Enrollment = super()._create(model_class, *args, **kwargs)
        Course.objects.filter(pk=enrollment.course_id).update(students_count=F("students_count") + 1)
        enrollment.course.refresh_from_db(fields=["students_count"])
        if enrollment.completed_at:
            Profile.objects.filter(pk=enrollment.user_id).update(courses_completed=F("courses_completed") + 1)
        return enrollment


def _count(course: Course) -> None:
    seconds = sum(course.lessons.values_list("duration_seconds", flat=True))
    course.lessons_count = course.lessons.count()
    course.duration_minutes = -(-seconds // 60)
    course.save(update_fields=["lessons_count", "duration_minutes"])
