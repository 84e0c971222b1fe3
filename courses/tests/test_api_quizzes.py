"""Quizzes over the API (CONTRACT §6): shapes, statuses, and that the key is never told."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from courses.models import QuizAttempt, Status
from courses.tests.factories import CourseFactory, EnrollmentFactory
from courses.tests.quizzes import NUMBER, SINGLE, make_quiz, right, wrong
from profiles.models import User

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]


def test_the_whole_way_as_the_contract_says(as_api: Api, anna: User) -> None:
    quiz = make_quiz()
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    client = as_api(anna)
    lesson = client.get(f"/api/courses/{quiz.lesson.course.slug}").json()["sections"][0]["lessons"][0]
    assert lesson["quiz"] == {"id": quiz.pk, "questions_count": 4}
    assert client.get(f"/api/lessons/{lesson['id']}").json()["quiz"] == {"id": quiz.pk, "questions_count": 4}

    started = client.post(f"/api/quizzes/{quiz.pk}/attempts", {})
    assert started.status_code == 201
    body = started.json()
    assert [set(choice) for question in body["questions"] for choice in question["choices"]] == [
        {"id", "text"}
    ] * 6
    assert "correct" not in started.content.decode()
    again = client.post(f"/api/quizzes/{quiz.pk}/attempts", {})
    assert (again.status_code, again.json()["id"]) == (200, body["id"])

    answers = [right(question) for question in quiz.questions.all()]
    done = client.post(f"/api/attempts/{body['id']}/submit", {"answers": answers})
    assert done.status_code == 200
    assert {"score": 7, "max_score": 7, "passed": True, "percent": 100}.items() <= done.json().items()
    assert {question["question"] for question in done.json()["questions"]} == {
        row["question"] for row in answers
    }
    assert all(question["is_correct"] for question in done.json()["questions"])
    twice = client.post(f"/api/attempts/{body['id']}/submit", {"answers": answers})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_submitted")
    assert client.get(f"/api/lessons/{lesson['id']}").json()["completed_at"]
    assert client.get(f"/api/attempts/{body['id']}").json()["score"] == 7
    mine = client.get(f"/api/quizzes/{quiz.pk}").json()
    assert (mine["counted"]["percent"], mine["current"], mine["attempts_left"]) == (100, None, None)


def test_answers_are_saved_on_the_way(as_api: Api, anna: User) -> None:
    quiz = make_quiz(SINGLE, NUMBER, time_limit_seconds=600)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    client = as_api(anna)
    body = client.post(f"/api/quizzes/{quiz.pk}/attempts").json()
    assert 598 <= body["seconds_left"] <= 600
    first, second = quiz.questions.all()
    for answers in ([right(first)], [{"question": second.pk, "number": "3.14"}]):
        saved = client.put(f"/api/attempts/{body['id']}/answers", {"answers": answers})
        assert saved.status_code == 200
        assert saved.json()["seconds_left"] <= 600
    shown = client.get(f"/api/attempts/{body['id']}").json()["questions"]
    assert [question["chosen"] for question in shown] == [right(first)["choices"], []]
    assert shown[1]["said"].startswith("3.14")
    assert client.post(f"/api/attempts/{body['id']}/submit").json()["score"] == 4


@pytest.mark.parametrize(
    "answers",
    [
        "all right", [7], [{}], [{"question": "x"}], [{"question": 0}], [{"question": 10**20}],
        [{"question": "Q", "choices": [0]}], [{"question": "Q", "choices": "all"}],
        [{"question": "Q", "choices": [10**30]}], [{"question": "Q", "choices": ["a"]}],
    ],
)  # fmt: skip
def test_answers_without_sense_are_400_on_their_field(as_api: Api, anna: User, answers: Any) -> None:
    quiz = make_quiz(SINGLE)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    client = as_api(anna)
    attempt = client.post(f"/api/quizzes/{quiz.pk}/attempts").json()["id"]
    for row in answers if isinstance(answers, list) else []:
        if isinstance(row, dict) and row.get("question") == "Q":
            row["question"] = quiz.questions.get().pk
    for method, verb in ((client.post, "submit"), (client.put, "answers")):
        refused = method(f"/api/attempts/{attempt}/{verb}", {"answers": answers})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"].startswith("answers")
    assert QuizAttempt.objects.get().is_open


def test_who_may_not_and_what_is_not_there(as_api: Api, anna: User, boris: User) -> None:
    quiz = make_quiz(SINGLE)
    draft = make_quiz(SINGLE, course=CourseFactory(status=Status.DRAFT))
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    attempt = as_api(anna).post(f"/api/quizzes/{quiz.pk}/attempts").json()["id"]
    for verb in ("submit", "answers"):
        call = "put" if verb == "answers" else "post"
        assert getattr(as_api(boris), call)(f"/api/attempts/{attempt}/{verb}").status_code == 404
        assert getattr(as_api(), call)(f"/api/attempts/{attempt}/{verb}").status_code == 401
    assert as_api(boris).get(f"/api/attempts/{attempt}").status_code == 404
    refused = as_api(boris).post(f"/api/quizzes/{quiz.pk}/attempts")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_enrolled")
    assert as_api(boris).get(f"/api/quizzes/{quiz.pk}").status_code == 403
    assert as_api().post(f"/api/quizzes/{quiz.pk}/attempts").status_code == 401
    for absent in (draft.pk, 0, 2**70):
        assert as_api(anna).post(f"/api/quizzes/{absent}/attempts").status_code == 404
        assert as_api(anna).get(f"/api/quizzes/{absent}").status_code == 404
    for absent in (attempt + 1_000_000, 0, 2**70):
        assert as_api(anna).get(f"/api/attempts/{absent}").status_code == 404


def test_a_repeated_start_with_a_key_is_answered_again(as_api: Api, anna: User) -> None:
    quiz = make_quiz(SINGLE)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = as_api(anna).post(f"/api/quizzes/{quiz.pk}/attempts", headers=headers)
    again = as_api(anna).post(f"/api/quizzes/{quiz.pk}/attempts", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"


def test_a_score_only_quiz_says_no_more(as_api: Api, anna: User) -> None:
    quiz = make_quiz(feedback="score")
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    client = as_api(anna)
    attempt = client.post(f"/api/quizzes/{quiz.pk}/attempts").json()["id"]
    answers = [wrong(question) for question in quiz.questions.all()]
    body = client.post(f"/api/attempts/{attempt}/submit", {"answers": answers}).json()
    assert body["score"] == 0
    for row in body["questions"]:
        assert (row["is_correct"], row["mark"], row["right_choices"], row["right_answer"]) == (
            None,
            None,
            [],
            "",
        )


@pytest.mark.parametrize("number", [3, 30])
def test_the_cost_does_not_grow_with_the_questions(as_api: Api, anna: User, number: int) -> None:
    quiz = make_quiz(*[SINGLE] * number)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    client = as_api(anna)
    attempt = client.post(f"/api/quizzes/{quiz.pk}/attempts").json()["id"]
    with CaptureQueriesContext(connection) as reading:
        client.get(f"/api/attempts/{attempt}")
    with CaptureQueriesContext(connection) as handing_in:
        client.post(f"/api/attempts/{attempt}/submit", {"answers": [right(q) for q in quiz.questions.all()]})
    assert len(reading) == 5  # session, user, attempt, answers, choices
    assert len(handing_in) - number <= 40  # `right()` of this test asks once per question
