"""The admin of courses: what it shows, and that its saves are the services'."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import Course, CourseCategory, Lesson, Section, Status
from courses.tests.factories import CourseCategoryFactory, CourseFactory, EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
LISTS = ("coursecategory", "course", "lesson", "enrollment")


@pytest.fixture
def office(admin: User, as_html: Callable[..., Client]) -> Client:
    """Return the browser of an administrator who may enter the admin."""
    assert Group.objects.filter(name="administrator").exists()
    User.objects.filter(pk=admin.pk).update(is_staff=True)
    return as_html(admin)


def no_rows(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_for_few_and_many(office: Client, name: str) -> None:
    costs = []
    for number in (3, 27):
        for row in EnrollmentFactory.create_batch(number):
            LessonFactory(course=row.course)
        office.get(f"/admin/courses/{name}/")
        with CaptureQueriesContext(connection) as captured:
            assert office.get(f"/admin/courses/{name}/").status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_category_is_made_and_renamed(office: Client) -> None:
    new = {"name": "Данные", "slug": "", "icon": "database", "order_index": 1}
    office.post("/admin/courses/coursecategory/add/", new)
    category = CourseCategory.objects.get()
    assert category.slug == "dannye"
    fields = {"name": "Data", "slug": "dannye", "icon": "database", "order_index": 1}
    office.post(f"/admin/courses/coursecategory/{category.pk}/change/", fields)
    category.refresh_from_db()
    assert category.name == "Data"


def course_fields(instructor: User, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Made here", "slug": "", "category": CourseCategoryFactory().pk, "instructor": instructor.pk,
        "summary": "Short.", "description": "*new*", "level": "beginner", "price": "0", "currency": "USD",
        "language": "en", **no_rows("sections"), **no_rows("lessons"), **fields,
    }


def test_a_course_is_made_with_its_sections(office: Client, irina: User) -> None:
    new = {"sections-TOTAL_FORMS": "1", "sections-0-title": "First", "sections-0-position": "0"}
    response = office.post("/admin/courses/course/add/", course_fields(irina, **new))
    assert response.status_code == 302
    course = Course.objects.get()
    assert (course.slug, course.status, course.instructor) == ("made-here", Status.DRAFT, irina)
    assert "<em>new</em>" in course.description_html
    assert Section.objects.get().title == "First"


def test_a_refused_change_keeps_nothing_and_says_why(office: Client) -> None:
    course = CourseFactory(title="Before")
    address = f"/admin/courses/course/{course.pk}/change/"
    fields = course_fields(course.instructor, slug="other", category=course.category_id)
    response = office.post(address, {**fields, "title": "\u200b"}, follow=True)
    course.refresh_from_db()
    assert course.title == "Before"
    assert "may not be blank" in response.content.decode()


def test_a_lesson_is_written_by_the_service(office: Client) -> None:
    lesson = LessonFactory()
    fields = {
        "section": lesson.section_id, "title": "Added", "slug": "", "kind": "article", "content": "**bold**",
        "video_url": "", "duration_seconds": "60", "is_required": "on", "position": "1",
    }
    assert office.post("/admin/courses/lesson/add/", fields).status_code == 302
    added = Lesson.objects.get(title="Added")
    assert added.content_html == "<p><strong>bold</strong></p>\n"
    assert added.course.lessons_count == 2
    office.post(f"/admin/courses/lesson/{added.pk}/delete/", {"post": "yes"})
    assert Course.objects.get().lessons_count == 1


def test_actions_publish_and_archive(office: Client) -> None:
    ready, empty = LessonFactory(course=CourseFactory(status=Status.DRAFT)).course, CourseFactory(status=Status.DRAFT)
    chosen = {"_selected_action": [ready.pk, empty.pk]}
    page = office.post("/admin/courses/course/", {"action": "publish", **chosen}, follow=True).content.decode()
    assert "at least one required lesson" in page
    assert list(Course.objects.in_catalogue()) == [ready]
    office.post("/admin/courses/course/", {"action": "archive", "_selected_action": [ready.pk]})
    ready.refresh_from_db()
    assert ready.status == Status.ARCHIVED


def test_moderators_edit_categories_and_see_no_enrolments(maxim: User, as_html: Callable[..., Client]) -> None:
    User.objects.filter(pk=maxim.pk).update(is_staff=True)
    client = as_html(maxim)
    answers = {name: client.get(f"/admin/courses/{name}/").status_code for name in LISTS}
    assert answers == {"coursecategory": 200, "course": 403, "lesson": 403, "enrollment": 403}
