"""Who may do what: roles × verbs × states, and that asking costs no query."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from community_platform.core.permissions import may
from courses.models import Course, Lesson, Status
from courses.selectors import may_open
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db

VERBS = {
    "courses.enroll": "student moderator admin other",
    "courses.edit_course": "teacher admin",
    "courses.create_course": "teacher other admin",
    "courses.manage_catalogue": "moderator admin",
    "courses.teach_for_others": "admin",
}
PEOPLE = ("visitor", "student", "other", "teacher", "moderator", "admin")


@pytest.fixture
def people(make_user: Any) -> dict[str, Any]:
    named = {"other": "instructor", "teacher": "instructor"}
    made = {name: make_user(name, role=named.get(name, name)) for name in PEOPLE if name != "visitor"}
    return {"visitor": AnonymousUser(), **made}


@pytest.mark.parametrize("verb", VERBS)
def test_verbs_belong_to_their_people(
    verb: str, people: dict[str, Any], django_assert_num_queries: Any
) -> None:
    course = CourseFactory(instructor=people["teacher"])
    with django_assert_num_queries(0):
        allowed = {name for name, person in people.items() if may(person, verb, course)}
    assert allowed == set(VERBS[verb].split())


def test_a_lesson_opens_for_its_people_only(people: dict[str, Any]) -> None:
    lesson = LessonFactory(course=CourseFactory(instructor=people["teacher"]))
    free = LessonFactory(course=lesson.course, is_preview=True)
    EnrollmentFactory(user=people["student"], course=lesson.course)
    assert {name for name, person in people.items() if may_open(person, lesson)} == {"student", "teacher", "admin"}
    assert {name for name, person in people.items() if may_open(person, free)} == set(PEOPLE)


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (Status.PUBLISHED, set(PEOPLE)),
        (Status.DRAFT, {"teacher", "admin"}),
        (Status.ARCHIVED, {"student", "teacher", "admin"}),
    ],
)
def test_courses_are_visible_to_their_people(people: dict[str, Any], status: str, allowed: set[str]) -> None:
    lesson = LessonFactory(course=CourseFactory(instructor=people["teacher"], status=status))
    EnrollmentFactory(user=people["student"], course=lesson.course)
    for rows in (Course.objects, Lesson.objects):
        seen = {name for name, person in people.items() if rows.visible_to(person).exists()}
        assert seen == allowed


def test_a_suspended_person_may_nothing(irina: User) -> None:
    irina.is_active = False
    assert not may(irina, "courses.create_course")
