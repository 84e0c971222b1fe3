"""Marks in lessons: one row for the same mark, read by the course's staff alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from courses import limits
from courses.models import Course, LearningEvent, Lesson, LessonFeedback, LessonKind, Verb
from courses.services import feedback
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]
Count = Callable[[Client, str], int]


@pytest.fixture
def course(irina: User) -> Course:
    return CourseFactory(instructor=irina, slug="algebra")


@pytest.fixture
def film(course: Course) -> Lesson:
    return LessonFactory(course=course, kind=LessonKind.VIDEO, slug="film", duration_seconds=100)


@pytest.fixture
def student(course: Course, anna: User) -> User:
    EnrollmentFactory(user=anna, course=course)
    return anna


def test_the_same_mark_is_the_same_row(film: Lesson, student: User) -> None:
    first, is_new = feedback.give_feedback(actor=student, lesson=film, kind="confusing", at_seconds=40)
    again, is_new_again = feedback.give_feedback(
        actor=student, lesson=film, kind="confusing", at_seconds=40, content="Why the sign?"
    )
    assert (is_new, is_new_again, first.pk) == (True, False, again.pk)
    assert again.text == "Why the sign?"
    feedback.give_feedback(actor=student, lesson=film, kind="confusing", at_seconds=41)
    feedback.give_feedback(actor=student, lesson=film, kind="clear", at_seconds=40)
    assert LessonFeedback.objects.count() == 3
    events = LearningEvent.objects.filter(verb=Verb.FEEDBACK).order_by("pk")
    assert [(event.value, event.data["kind"]) for event in events] == [
        (40, "confusing"), (41, "confusing"), (40, "clear"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", {"kind": "boring"}), ("at_seconds", {"at_seconds": 101}), ("at_seconds", {"at_seconds": -1}),
        ("at_seconds", {"at_seconds": True}), ("content", {"content": "x" * 501}), ("content", {"content": "a\x00"}),
    ],
)  # fmt: skip
def test_bad_input_is_named(film: Lesson, student: User, field: str, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        feedback.give_feedback(actor=student, lesson=film, **{"kind": "clear", **given})
    assert refused.value.field == field


def test_an_article_has_no_seconds(course: Course, student: User) -> None:
    article = LessonFactory(course=course)
    feedback.give_feedback(actor=student, lesson=article, kind="error", content="A typo")
    with pytest.raises(Invalid):
        feedback.give_feedback(actor=student, lesson=article, kind="error", at_seconds=5)


def test_only_students_mark(film: Lesson, boris: User, irina: User) -> None:
    for person in (boris, irina):
        with pytest.raises(NotAllowed) as refused:
            feedback.give_feedback(actor=person, lesson=film, kind="clear")
        assert refused.value.code == "not_enrolled"


def test_there_is_an_end_to_marks(film: Lesson, student: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "FEEDBACK_MARKS_MAX", 2)
    for second in range(2):
        feedback.give_feedback(actor=student, lesson=film, kind="clear", at_seconds=second)
    with pytest.raises(Conflict):
        feedback.give_feedback(actor=student, lesson=film, kind="clear", at_seconds=2)
    feedback.give_feedback(actor=student, lesson=film, kind="clear", at_seconds=1)  # known already


# Pages


def test_a_student_marks_and_takes_back_without_javascript(film: Lesson, student: User, as_html: Html) -> None:
    browser, address = as_html(student), "/courses/algebra/film/"
    assert "How is it at this point?" in browser.get(address).content.decode()
    answer = browser.post(f"{address}feedback/", {"kind": "too_fast", "at_seconds": "0", "content": "Slower"})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}#lesson-feedback")
    mark = LessonFeedback.objects.get()
    assert (mark.kind, mark.at_seconds, mark.text) == ("too_fast", 0, "Slower")
    assert "Slower" in browser.get(address).content.decode()
    assert browser.post(f"{address}feedback/", {"take_back": str(mark.pk)}).status_code == 302
    assert not LessonFeedback.objects.exists()


def test_with_htmx_the_control_alone_comes_back(film: Lesson, student: User, as_html: Html) -> None:
    browser, address = as_html(student), "/courses/algebra/film/feedback/"
    piece = browser.post(address, {"kind": "confusing", "at_seconds": "65"}, HTTP_HX_REQUEST="true")
    assert piece.status_code == 200
    assert "1:05" in piece.content.decode()
    assert "<html" not in piece.content.decode()
    refused = browser.post(address, {"kind": "confusing", "at_seconds": "x"}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 400
    assert "Seconds are a whole number." in refused.content.decode()


def test_who_is_not_enrolled_has_no_control(film: Lesson, boris: User, irina: User, as_html: Html) -> None:
    assert "lesson-feedback" not in as_html(irina).get("/courses/algebra/film/").content.decode()
    assert as_html(boris).post("/courses/algebra/film/feedback/", {"kind": "clear"}).status_code == 403
    assert as_html().post("/courses/algebra/film/feedback/", {"kind": "clear"}).status_code == 302


def test_nobody_takes_back_what_another_marked(film: Lesson, student: User, boris: User, as_html: Html) -> None:
    mark, _new = feedback.give_feedback(actor=student, lesson=film, kind="clear")
    address = "/courses/algebra/film/feedback/"
    assert as_html(boris).post(address, {"take_back": str(mark.pk)}).status_code == 404
    assert LessonFeedback.objects.exists()


def test_staff_reads_and_resolves(film: Lesson, student: User, irina: User, boris: User, as_html: Html) -> None:
    mark, _new = feedback.give_feedback(actor=student, lesson=film, kind="error", at_seconds=65, content="Wrong sign")
    teacher, address = as_html(irina), "/courses/algebra/feedback/"
    page = teacher.get(address).content.decode()
    assert "Wrong sign" in page
    assert "1:05" in page
    assert as_html(boris).get(address).status_code == 404
    assert as_html().get(address).status_code == 302
    assert as_html(student).post(f"{address}{mark.pk}/", {"is_resolved": "1"}).status_code == 403
    assert as_html(boris).post(f"{address}{mark.pk}/", {"is_resolved": "1"}).status_code == 404
    assert teacher.post(f"{address}{mark.pk}/", {"is_resolved": "1"}).status_code == 302
    assert "Wrong sign" not in teacher.get(address).content.decode()
    assert "Wrong sign" in teacher.get(f"{address}?state=resolved").content.decode()
    assert "Wrong sign" not in teacher.get(f"{address}?state=all&kind=clear").content.decode()
    assert teacher.get(f"{address}?kind=nonsense&lesson=x&page=99").status_code == 200


# API


def test_the_whole_life_through_the_api(
    film: Lesson, student: User, irina: User, boris: User, as_api: Api
) -> None:
    client, address = as_api(student), f"/api/lessons/{film.pk}/feedback"
    body = {"kind": "confusing", "at_seconds": 40, "content": "Why?"}
    made = client.post(address, body, format="json")
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"], "lesson": film.pk, "kind": "confusing", "at_seconds": 40, "content": "Why?",
        "is_resolved": False, "created_at": made.json()["created_at"],
    }  # fmt: skip
    assert client.post(address, body, format="json").status_code == 200
    assert client.get(address).json()["count"] == 1
    listed = as_api(irina).get("/api/courses/algebra/feedback").json()
    assert listed["results"][0]["author"]["username"] == "anna"
    mark = f"/api/feedback/{made.json()['id']}"
    done = as_api(irina).put(f"{mark}/resolve", {"is_resolved": True}, format="json")
    assert (done.status_code, done.json()["is_resolved"]) == (200, True)
    assert as_api(irina).get("/api/courses/algebra/feedback?is_resolved=false").json()["count"] == 0
    assert as_api(irina).delete(mark).status_code == 403
    assert as_api(boris).delete(mark).status_code == 404
    assert client.delete(mark).status_code == 204
    assert client.delete(mark).status_code == 404


def test_every_refusal_of_the_api(film: Lesson, student: User, boris: User, as_api: Api) -> None:
    address = f"/api/lessons/{film.pk}/feedback"
    assert as_api().post(address, {"kind": "clear"}, format="json").status_code == 401
    assert as_api(boris).post(address, {"kind": "clear"}, format="json").status_code == 403
    assert as_api(boris).get("/api/courses/algebra/feedback").status_code == 404
    for bad in ({}, {"kind": "x"}, {"kind": "clear", "at_seconds": 101}, {"kind": "clear", "content": "a\x00"}):
        answer = as_api(student).post(address, bad, format="json")
        assert answer.status_code == 400, bad
        assert answer.json()["errors"][0]["field"] in {"kind", "at_seconds", "content"}


def test_cost_is_the_same_for_three_and_thirty(
    course: Course, irina: User, student: User, film: Lesson, as_html: Html, count_own_queries: Count
) -> None:
    costs: dict[str, set[int]] = {}
    for number in (3, 30):
        LessonFeedback.objects.all().delete()
        for second in range(number):
            feedback.give_feedback(actor=student, lesson=film, kind="clear", at_seconds=second)
        costs.setdefault("lesson", set()).add(count_own_queries(as_html(student), "/courses/algebra/film/"))
        costs.setdefault("staff", set()).add(count_own_queries(as_html(irina), "/courses/algebra/feedback/"))
    assert limits.FEEDBACK_PAGE > 30
    assert costs == {"lesson": {4}, "staff": {6}}
