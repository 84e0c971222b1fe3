"""The course page and enrolling from it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Enrollment, Status
from courses.services import progress
from courses.tests.factories import CourseFactory, EnrollmentFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


def page_of(client: Client, course: Any) -> str:
    response = client.get(course.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def test_each_reader_is_called_to_their_next_step(as_html: Html, anna: User, boris: User, irina: User) -> None:
    course = CourseFactory(lessons=2, instructor=irina)
    EnrollmentFactory(user=boris, course=course)
    progress.complete(actor=boris, lesson=course.lessons.first())
    assert "Join and enrol" in page_of(as_html(), course)
    assert f'action="/courses/{course.slug}/enroll/"' in page_of(as_html(anna), course)
    assert "50%" in page_of(as_html(boris), course)
    assert "You teach this course" in page_of(as_html(irina), course)


def test_a_completed_course_says_so(as_html: Html, anna: User) -> None:
    row = EnrollmentFactory(user=anna, progress_percent=100, completed_at=timezone.now())
    assert "You have completed this course" in page_of(as_html(anna), row.course)


def test_a_priced_course_offers_no_button(as_html: Html, anna: User) -> None:
    course = CourseFactory(price=20)
    page = page_of(as_html(anna), course)
    assert "20.00 USD" in page
    assert "/enroll/" not in page


def test_enrolling_leads_to_the_first_lesson(as_html: Html, anna: User) -> None:
    course = CourseFactory(lessons=2)
    first = course.lessons.order_by("position").first()
    response = as_html(anna).post(f"/courses/{course.slug}/enroll/")
    assert response["Location"] == first.get_absolute_url()
    assert Enrollment.objects.get().user == anna
    assert as_html(anna).post(f"/courses/{course.slug}/enroll/").status_code == 302
    assert as_html(anna).get(f"/courses/{course.slug}/enroll/").status_code == 405


def test_visitors_sign_in_first(as_html: Html) -> None:
    course = CourseFactory()
    response = as_html().post(f"/courses/{course.slug}/enroll/")
    assert response["Location"].startswith("/accounts/login/")
    assert not Enrollment.objects.exists()


def test_forms_need_their_token(anna: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    assert client.post(f"/courses/{CourseFactory().slug}/enroll/").status_code == 403


def test_refusals_are_pages(as_html: Html, anna: User) -> None:
    assert as_html(anna).post(f"/courses/{CourseFactory(price=5).slug}/enroll/").status_code == 409
    assert as_html(anna).post("/courses/absent/enroll/").status_code == 404
    assert as_html(anna).get("/courses/absent/").status_code == 404


def test_archived_courses_stay_open_for_their_students(as_html: Html, anna: User, boris: User) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(status=Status.ARCHIVED)).course
    assert "archived" in page_of(as_html(anna), course)
    assert as_html(boris).get(course.get_absolute_url()).status_code == 404


def test_a_profile_shows_what_the_person_teaches(as_html: Html, irina: User) -> None:
    CourseFactory(instructor=irina, title="Taught well")
    CourseFactory(instructor=irina, title="Unfinished draft", status=Status.DRAFT)
    page = as_html().get("/profile/irina/").content.decode()
    assert "Taught well" in page
    assert "Unfinished draft" not in page


@pytest.mark.parametrize("number", [3, 30])
def test_the_page_costs_the_same_for_few_and_many(
    as_html: Html, anna: User, number: int, count_own_queries: Callable[..., int]
) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(sections=3, lessons=number)).course
    # session, user, course with enrolment, lessons with chapters and progress; one's review
    assert count_own_queries(as_html(anna), course.get_absolute_url()) == 5
