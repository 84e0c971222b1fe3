"""The lesson page, its position and its completion."""

from collections.abc import Callable

import pytest
from django.test import Client

from courses.models import Enrollment, LessonKind, LessonProgress, Status
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


def test_a_student_reads_and_is_remembered(as_html: Html, anna: User) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(lessons=3)).course
    first, second, third = course.lessons.order_by("position")
    page = as_html(anna).get(second.get_absolute_url()).content.decode()
    assert "<p>Read <strong>this</strong>.</p>" in page
    assert f'rel="prev" href="{first.get_absolute_url()}"' in page
    assert f'rel="next" href="{third.get_absolute_url()}"' in page
    assert Enrollment.objects.get().last_lesson == second
    assert LessonProgress.objects.get().completed_at is None


def test_who_is_not_enrolled_is_offered_to(as_html: Html, anna: User) -> None:
    lesson = LessonFactory(content_html="<p>secret</p>")
    for client, offer in ((as_html(anna), "/enroll/"), (as_html(), "Join and enrol")):
        response = client.get(lesson.get_absolute_url())
        page = response.content.decode()
        assert response.status_code == 403
        assert offer in page
        assert "secret" not in page


def test_previews_are_for_everybody_and_leave_no_trace(as_html: Html, anna: User) -> None:
    lesson = LessonFactory(is_preview=True)
    for client in (as_html(), as_html(anna), as_html(lesson.course.instructor)):
        assert client.get(lesson.get_absolute_url()).status_code == 200
    assert not LessonProgress.objects.exists()


def test_marking_as_done_leads_on_and_to_the_course_at_last(as_html: Html, anna: User) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(lessons=2)).course
    first, second = course.lessons.order_by("position")
    client = as_html(anna)
    assert client.post(f"{first.get_absolute_url()}complete/")["Location"] == second.get_absolute_url()
    assert client.post(f"{second.get_absolute_url()}complete/")["Location"] == course.get_absolute_url()
    assert "You have done this lesson" in client.get(second.get_absolute_url()).content.decode()


def test_a_video_resumes_where_it_stopped(as_html: Html, anna: User) -> None:
    lesson = LessonFactory(kind=LessonKind.VIDEO, video_url="/media/a.webm", duration_seconds=90)
    EnrollmentFactory(user=anna, course=lesson.course)
    client = as_html(anna)
    saved = client.post(
        f"{lesson.get_absolute_url()}progress/", {"position_seconds": 33}, content_type="application/json"
    )
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert saved.json() == {"is_done": False, "watched_seconds": 0}
    assert 'data-position="33"' in page
    assert 'src="/media/a.webm"' in page


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "nonsense", '{"position_seconds": -1}', '{"position_seconds": "x"}', '{"read_seconds": -1}',
        '{"spans": 7}', '{"spans": [7]}', '{"spans": [{}]}', '{"spans": [{"from_seconds": 5, "to_seconds": 5}]}',
        '{"spans": [{"from_seconds": 0, "to_seconds": 5, "rate": 0}]}',
        '{"spans": [{"from_seconds": 0, "to_seconds": 5, "age_seconds": -1}]}',
        '{"spans": [{"from_seconds": NaN, "to_seconds": 5}]}', '{"spans": [{"from_seconds": 0, "to_seconds": 1e999}]}',
    ],
)  # fmt: skip
def test_a_report_without_sense_is_refused(as_html: Html, anna: User, body: str) -> None:
    lesson = LessonFactory()
    EnrollmentFactory(user=anna, course=lesson.course)
    response = as_html(anna).post(f"{lesson.get_absolute_url()}progress/", body, content_type="application/json")
    assert response.status_code == 400


def test_absent_lessons_and_lessons_of_drafts_are_404(as_html: Html, anna: User) -> None:
    draft = LessonFactory(course=CourseFactory(status=Status.DRAFT))
    course = CourseFactory(lessons=1)
    for address in (draft.get_absolute_url(), f"{course.get_absolute_url()}absent/"):
        assert as_html(anna).get(address).status_code == 404
        assert as_html(anna).post(f"{address}complete/").status_code == 404
        assert as_html(anna).post(f"{address}position/").status_code == 404


def test_the_page_speaks_russian(as_html: Html) -> None:
    lesson = LessonFactory(is_preview=True, title="Первый шаг")
    page = as_html().get(lesson.get_absolute_url(), headers={"Accept-Language": "ru"}).content.decode()
    assert '<html lang="ru"' in page
    assert "Первый шаг" in page


@pytest.mark.parametrize("number", [3, 30])
def test_the_page_costs_the_same_for_few_and_many(
    as_html: Html, anna: User, number: int, count_own_queries: Callable[..., int]
) -> None:
    course = EnrollmentFactory(user=anna, course=CourseFactory(sections=3, lessons=number)).course
    lesson = course.lessons.order_by("position")[1]
    # session, user, course with enrolment, lessons with chapters, progress, one's marks and the text
    assert count_own_queries(as_html(anna), lesson.get_absolute_url()) == 4
