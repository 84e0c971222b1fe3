"""/api/courses and /api/lessons."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from courses.models import Course, LessonKind, Status
from courses.services import progress
from courses.tests.factories import (
    CourseCategoryFactory,
    CourseFactory,
    EnrollmentFactory,
    LessonFactory,
)
from profiles.models import User

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]
MISSING = 2**70


def slugs(response: Any) -> list[str]:
    return [course["slug"] for course in response.json()["results"]]


def test_the_catalogue_has_the_fields_of_the_contract(as_api: Api) -> None:
    category = CourseCategoryFactory(slug="data", name="Data")
    course = CourseFactory(category=category, lessons=2, price="19.5", ratings=(5, 4))
    CourseFactory(status=Status.DRAFT)
    CourseFactory(status=Status.ARCHIVED)
    body = as_api().get("/api/courses").json()
    assert (body["count"], body["next"], body["previous"]) == (1, None, None)
    found = body["results"][0]
    assert {
        "id": course.pk, "slug": course.slug, "title": course.title, "category": {"slug": "data", "name": "Data"},
        "level": "beginner", "price": "19.50", "currency": "USD", "rating": 4.5, "duration_minutes": 4,
    }.items() <= found.items()
    assert set(found["instructor"]) == {"id", "username", "display_name", "avatar_url"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=python", ["python"]),
        ("q=PYTHON%20FIRST", ["python"]),
        ("q=ОСНОВЫ", ["russian"]),
        ("q=nothing", []),
        ("category=data", ["russian"]),
        ("category=absent", []),
        ("level=advanced", ["russian"]),
        ("price_max=0", ["python"]),
        ("price_max=20", ["python", "russian"]),
        ("rating=4", ["russian"]),
        ("sort=price", ["python", "russian"]),
        ("sort=rating", ["russian", "python"]),
        ("sort=newest", ["russian", "python"]),
    ],
)
def test_filters_narrow_the_catalogue(as_api: Api, query: str, expected: list[str]) -> None:
    CourseFactory(slug="python", title="First steps in Python", students_count=0)
    CourseFactory(
        slug="russian", title="Основы данных", category__slug="data", level="advanced", price=20,
        ratings=(5, 5, 5, 5, 4),
    )
    response = as_api().get(f"/api/courses?{query}")
    found = slugs(response)
    assert (found if "sort" in query else sorted(found)) == expected


def test_few_reviews_do_not_lift_a_course_over_the_bound(as_api: Api, as_html: Callable[..., Any]) -> None:
    """Filter and order read one number: what the filter lets through stands above what it leaves out."""
    CourseFactory(slug="one-friend", title="One friend", ratings=(5,))  # mean 5, smoothed 3.75
    CourseFactory(slug="proven", title="Proven", ratings=(5, 5, 4, 5, 5))  # mean 4.8, smoothed 4.15
    CourseFactory(slug="unrated", title="Unrated")
    assert slugs(as_api().get("/api/courses?sort=rating")) == ["proven", "one-friend", "unrated"]
    assert slugs(as_api().get("/api/courses?rating=4")) == ["proven"]
    assert slugs(as_api().get("/api/courses?rating=3.75&sort=rating")) == ["proven", "one-friend"]
    page = as_html().get("/courses/?rating=4").content.decode()
    assert ("Proven" in page, "One friend" in page) == (True, False)


@pytest.mark.parametrize("query", ["price_max=cheap", "price_max=-1", "rating=9", "level=guru", "sort=luck"])
def test_filters_without_sense_are_named(as_api: Api, query: str) -> None:
    response = as_api().get(f"/api/courses?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == query.split("=")[0]


def test_a_course_shows_its_outline_without_content(as_api: Api, anna: User) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(sections=2, lessons=2)).course
    lesson = course.lessons.first()
    progress.complete(actor=anna, lesson=lesson)
    for key in (course.pk, course.slug):
        body = as_api(anna).get(f"/api/courses/{key}").json()
        assert [len(section["lessons"]) for section in body["sections"]] == [2, 2]
        first, second = body["sections"][0]["lessons"]
        assert {"id": lesson.pk, "slug": lesson.slug, "kind": "article", "quiz": None}.items() <= first.items()
        assert first["completed_at"].endswith("Z")
        assert (second["completed_at"], second["position_seconds"]) == (None, 0)
        assert "content" not in first
        assert body["enrollment"]["progress_percent"] == 25
    assert as_api().get(f"/api/courses/{course.pk}").json()["enrollment"] is None


@pytest.mark.parametrize("key", ["0", "absent", str(MISSING), "%D0%B0"])
def test_absent_courses_are_404(as_api: Api, key: str) -> None:
    response = as_api().get(f"/api/courses/{key}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_draft_is_absent_for_others(as_api: Api, anna: User) -> None:
    course = LessonFactory(course=CourseFactory(status=Status.DRAFT)).course
    lesson = course.lessons.get()
    for client, status in ((as_api(), 404), (as_api(anna), 404), (as_api(course.instructor), 200)):
        assert client.get(f"/api/courses/{course.slug}").status_code == status
        assert client.get(f"/api/lessons/{lesson.pk}").status_code == status
    assert as_api(anna).post(f"/api/courses/{course.pk}/enroll").status_code == 404


def test_enrolling_is_201_then_200(as_api: Api, anna: User) -> None:
    course = CourseFactory(lessons=1)
    first = as_api(anna).post(f"/api/courses/{course.slug}/enroll")
    again = as_api(anna).post(f"/api/courses/{course.pk}/enroll")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Course.objects.get().students_count == 1


def test_a_repeated_enrolment_with_a_key_is_the_first_answer(as_api: Api, anna: User) -> None:
    address = f"/api/courses/{CourseFactory().pk}/enroll"
    first = as_api(anna).post(address, headers={"Idempotency-Key": "once"})
    again = as_api(anna).post(address, headers={"Idempotency-Key": "once"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"


def test_refused_enrolments_say_why(as_api: Api, anna: User) -> None:
    priced, own = CourseFactory(price=5), CourseFactory(instructor=anna)
    answers = [
        (as_api(), priced, 401, "not_authenticated"),
        (as_api(anna), priced, 409, "payment_required"),
        (as_api(anna), own, 403, "permission_denied"),
    ]
    for client, course, status, code in answers:
        response = client.post(f"/api/courses/{course.pk}/enroll")
        assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_lesson_is_read_by_its_students(as_api: Api, anna: User, boris: User) -> None:
    lesson = LessonFactory()
    EnrollmentFactory(user=anna, course=lesson.course)
    address = f"/api/lessons/{lesson.pk}"
    body = as_api(anna).get(address).json()
    expected = {"id": lesson.pk, "course": lesson.course_id, "content": "Read **this**.", "is_open": True}
    assert expected.items() <= body.items()
    refused = as_api(boris).get(address)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_enrolled")
    assert as_api().get(address).status_code == 401
    assert as_api().get(f"/api/lessons/{LessonFactory(is_preview=True).pk}").status_code == 200
    assert as_api().get(f"/api/lessons/{MISSING}").status_code == 404


def test_progress_and_completion(as_api: Api, anna: User) -> None:
    lesson = LessonFactory(kind=LessonKind.VIDEO, video_url="/media/a.webm", duration_seconds=100)
    EnrollmentFactory(user=anna, course=lesson.course)
    client = as_api(anna)
    saved = client.post(f"/api/lessons/{lesson.pk}/progress", {"position_seconds": 30})
    assert (saved.status_code, saved.json()["position_seconds"]) == (200, 30)
    assert client.get(f"/api/lessons/{lesson.pk}").json()["position_seconds"] == 30
    for _again in range(2):  # a program that shows the video itself answers for its having been watched
        assert client.post(f"/api/lessons/{lesson.pk}/complete").status_code == 200
    assert client.get(f"/api/lessons/{lesson.pk}").json()["completed_at"]


def test_completion_and_again(as_api: Api, anna: User) -> None:
    lesson = LessonFactory()
    EnrollmentFactory(user=anna, course=lesson.course)
    client = as_api(anna)
    first = client.post(f"/api/lessons/{lesson.pk}/complete")
    again = client.post(f"/api/lessons/{lesson.pk}/complete")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["enrollment"]["progress_percent"] == 100
    assert first.json()["completed_at"] == again.json()["completed_at"]


def test_who_leaves_may_come_back_to_the_same_row(as_api: Api, anna: User) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(lessons=2)).course
    progress.complete(actor=anna, lesson=course.lessons.first())
    client = as_api(anna)
    assert client.delete(f"/api/courses/{course.pk}/enroll").status_code == 204
    assert client.post(f"/api/lessons/{course.lessons.first().pk}/complete").status_code == 403
    course.refresh_from_db()
    assert course.students_count == 0
    back = client.post(f"/api/courses/{course.pk}/enroll")
    assert (back.status_code, back.json()["progress_percent"]) == (201, 50)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"position_seconds": -1}, 400), ({"position_seconds": "far"}, 400), ({}, 400), ([], 400),
        ({"spans": 7}, 400), ({"spans": [{}]}, 400), ({"spans": [{"from_seconds": 3, "to_seconds": 3}]}, 400),
        ({"position_seconds": 10**30}, 400),
    ],
)
def test_a_position_without_sense_is_400(as_api: Api, anna: User, body: Any, status: int) -> None:
    lesson = LessonFactory()
    EnrollmentFactory(user=anna, course=lesson.course)
    assert as_api(anna).post(f"/api/lessons/{lesson.pk}/progress", body).status_code == status


@pytest.mark.parametrize(("verb", "body"), [("progress", {"position_seconds": 1}), ("complete", {})])
def test_progress_needs_an_enrolment(as_api: Api, anna: User, verb: str, body: Any) -> None:
    address = f"/api/lessons/{LessonFactory(is_preview=True).pk}/{verb}"
    refused = as_api(anna).post(address, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_enrolled")
    assert as_api().post(address, body).status_code == 401
    assert as_api(anna).post(f"/api/lessons/0/{verb}", body).status_code == 404
    assert as_api(anna).put(address, body).status_code == 405


@pytest.mark.parametrize("number", [3, 30])
def test_lists_cost_the_same_for_few_and_many(
    as_api: Api, anna: User, number: int, count_own_queries: Callable[..., int]
) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(sections=3, lessons=number)).course
    CourseFactory.create_batch(number)
    client = as_api(anna)
    assert count_own_queries(client, "/api/courses") == 4  # session, user, count, page
    # session, user, course with enrolment, lessons with chapters and progress
    assert count_own_queries(client, f"/api/courses/{course.pk}") == 4
