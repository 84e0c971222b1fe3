"""What a person teaches and takes: on the profile, by program, as far as both the person and the course are seen."""

from typing import Any

import pytest

from courses.models import Course, CourseStaff, StaffRole, Status
from courses.services import certificates, progress
from courses.services.enrollment import enroll, leave
from courses.tests.factories import CourseFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
FIELDS = {"id", "slug", "title", "role", "progress_percent", "completed_at", "certificate", "url"}


@pytest.fixture
def finished(irina: Any, boris: Any) -> Course:
    course: Course = CourseFactory(title="Knots", slug="knots", instructor=irina, sections=1, lessons=1)
    enroll(actor=boris, course=course)
    progress.complete(actor=boris, lesson=course.lessons.get(), shown_here=False)
    return course


def listed(client: Any, name: str = "boris") -> list[dict[str, Any]]:
    answer = client.get(f"/api/users/{name}/courses")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_a_student_has_progress_and_a_certificate(as_api: Any, boris: Any, irina: Any, finished: Course) -> None:
    certificate = certificates.issue_certificate(user_id=boris.pk, course_id=finished.pk)
    assert certificate is not None
    begun = CourseFactory(title="Sails", instructor=irina, sections=1, lessons=2)
    enroll(actor=boris, course=begun)
    first, second = listed(as_api(None))
    assert set(first) == FIELDS
    assert (first["slug"], first["role"], first["progress_percent"]) == ("knots", "student", 100)
    assert first["certificate"] == str(certificate.uuid)
    assert first["completed_at"].endswith("Z")
    assert (second["title"], second["progress_percent"], second["completed_at"]) == ("Sails", 0, None)
    assert second["certificate"] is None


def test_who_teaches_stands_first_and_has_no_progress(as_api: Any, boris: Any, irina: Any, finished: Course) -> None:
    own = CourseFactory(title="Masts", instructor=boris)
    helped = CourseFactory(title="Ropes", instructor=irina)
    CourseStaff.objects.create(course=helped, user=boris, role=StaffRole.INSTRUCTOR)
    Course.objects.filter(pk=helped.pk).update(team={str(boris.pk): "instructor"})
    rows = listed(as_api(None))
    assert [row["role"] for row in rows] == ["instructor", "instructor", "student"]
    assert {row["id"] for row in rows[:2]} == {own.pk, helped.pk}
    assert rows[0]["progress_percent"] is None


def test_only_courses_that_the_reader_may_see(as_api: Any, anna: Any, boris: Any, finished: Course) -> None:
    Course.objects.filter(pk=finished.pk).update(status=Status.ARCHIVED)
    assert listed(as_api(anna)) == []
    assert [row["slug"] for row in listed(as_api(boris))] == ["knots"]
    leave(actor=boris, course=finished)
    assert listed(as_api(boris)) == []


@pytest.mark.parametrize("switch", ["is_profile_public", "show_courses"])
def test_who_hides_them_has_no_such_address(
    as_api: Any, as_html: Any, anna: Any, boris: Any, maxim: Any, finished: Course, switch: str
) -> None:
    assert "Knots" in as_html(anna).get("/profile/boris/").content.decode()
    User.objects.filter(pk=boris.pk).update(**{switch: False})
    assert as_api(anna).get("/api/users/boris/courses").status_code == 404
    assert "Knots" not in as_html(anna).get("/profile/boris/").content.decode()
    for client in (as_api(boris), as_api(maxim)):
        assert [row["slug"] for row in listed(client)] == ["knots"]
    assert "Knots" in as_html(boris).get("/profile/boris/").content.decode()
    assert "Knots" not in as_html(boris).get("/profile/boris/?as=visitor").content.decode()


def test_the_order_does_not_tell_when_somebody_last_learned(as_api: Any, boris: Any, irina: Any) -> None:
    older, newer = (CourseFactory(instructor=irina, sections=1, lessons=2) for _n in range(2))
    for course in (older, newer):
        enroll(actor=boris, course=course)
    before = [row["id"] for row in listed(as_api(None))]
    progress.complete(actor=boris, lesson=older.lessons.order_by("position")[0], shown_here=False)
    assert [row["id"] for row in listed(as_api(None))] == before == [newer.pk, older.pk]


def test_nobody_has_no_courses(as_api: Any, anna: Any) -> None:
    assert as_api(None).get("/api/users/nobody/courses").status_code == 404
    assert listed(as_api(None), "anna") == []


@pytest.mark.parametrize("size", [3, 15])
def test_a_list_costs_the_same(as_api: Any, boris: Any, irina: Any, size: int, django_assert_num_queries: Any) -> None:
    for _n in range(size):
        enroll(actor=boris, course=CourseFactory(instructor=irina))
    client = as_api(None)
    with django_assert_num_queries(3):  # the person, how many, the rows
        assert len(listed(client)) == size
