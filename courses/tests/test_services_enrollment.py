"""Beginning a course."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connections

from community_platform.core import events
from community_platform.core.errors import Conflict, NotAllowed, NotSignedIn
from courses.events import Enrolled
from courses.models import Course, Enrollment, Status
from courses.services import enrollment
from courses.tests.factories import CourseFactory
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setitem(events._subscribers, Enrolled, [found.append])
    return found


def test_enrolling_counts_and_tells_once(
    anna: User, heard: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    course = CourseFactory(lessons=1)
    with django_capture_on_commit_callbacks(execute=True):
        first, is_new = enrollment.enroll(actor=anna, course=course)
        again, is_new_again = enrollment.enroll(actor=anna, course=course)
    course.refresh_from_db()
    assert (is_new, is_new_again, first == again) == (True, False, True)
    assert course.students_count == 1
    assert [(event.user_id, event.course_id) for event in heard] == [(anna.pk, course.pk)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"price": 10}, "payment_required"),
        ({"status": Status.ARCHIVED}, "not_open"),
        ({"status": Status.DRAFT}, "not_open"),
    ],
)
def test_a_course_that_is_priced_or_closed_is_refused(anna: User, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Conflict) as refused:
        enrollment.enroll(actor=anna, course=CourseFactory(**fields))
    assert refused.value.code == code
    assert not Enrollment.objects.exists()


def test_nobody_enrols_in_their_own_course_or_without_an_account() -> None:
    course = CourseFactory()
    with pytest.raises(NotAllowed):
        enrollment.enroll(actor=course.instructor, course=course)
    with pytest.raises(NotSignedIn):
        enrollment.enroll(actor=AnonymousUser(), course=course)


def test_who_is_enrolled_stays_enrolled_when_the_course_closes(anna: User) -> None:
    course = CourseFactory()
    enrollment.enroll(actor=anna, course=course)
    Course.objects.update(status=Status.ARCHIVED)
    assert enrollment.enroll(actor=anna, course=course)[1] is False


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_people_clicking_twice_at_once_are_twenty_students() -> None:
    course, people = CourseFactory(), UserFactory.create_batch(20)

    def click(person: User) -> bool:
        try:
            return enrollment.enroll(actor=person, course=course)[1]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        new = sum(pool.map(click, [*people, *people]))
    course.refresh_from_db()
    assert (new, course.students_count, Enrollment.objects.count()) == (20, 20, 20)
