"""A quiz in a browser without JavaScript."""

import json
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from courses.models import Quiz, QuizAttempt, Status
from courses.services import attempts
from courses.tests.factories import CourseFactory, EnrollmentFactory
from courses.tests.quizzes import MULTIPLE, NUMBER, SINGLE, TEXT, make_quiz, right
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


def typed(quiz: Quiz) -> dict[str, object]:
    """Return the right answers as a form sends them."""
    found: dict[str, object] = {}
    for question in quiz.questions.all():
        said = right(question)
        found[f"q{question.pk}"] = said.get("choices") or said["text"]
    return found


def questions(client: Client, address: str) -> str:
    """Return the form of an open attempt."""
    return client.get(address).content.decode().split('class="attempt"')[1].split("</form>")[0]


def test_a_quiz_is_taken_and_passed(as_html: Html, anna: User) -> None:
    quiz = make_quiz(pass_percent=80)
    lesson = quiz.lesson
    EnrollmentFactory(user=anna, course=lesson.course)
    client = as_html(anna)
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert "Start the quiz" in page
    assert "80%" in page
    assert "Mark as done" not in page
    started = client.post(f"{lesson.get_absolute_url()}attempts/")
    address = started["Location"]
    assert address == f"{lesson.get_absolute_url()}attempts/1/"
    page = questions(client, address)
    assert page.count('type="radio"') == 3
    assert page.count('type="checkbox"') == 3
    assert "Capital of France?" in page
    assert client.post(address, {"save": "1", **dict(list(typed(quiz).items())[:1])})["Location"] == address
    assert questions(client, address).count(" checked") == 1
    assert "Go on with your attempt" in client.get(lesson.get_absolute_url()).content.decode()
    assert client.post(address, typed(quiz))["Location"] == address
    page = client.get(address).content.decode()
    assert "You have passed" in page
    assert "7 of 7 points" in page
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert "Your result: 100%" in page
    assert "You have done this lesson" in page
    assert client.post(address, typed(quiz))["Location"] == address, "a second tab is led to the results"


def test_what_was_typed_survives_a_refusal(as_html: Html, anna: User) -> None:
    quiz = make_quiz(TEXT, NUMBER)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    first, second = quiz.questions.all()
    refused = as_html(anna).post(
        attempt.get_absolute_url(), {f"q{first.pk}": "a\x00b", f"q{second.pk}": "3.14"}
    )
    assert refused.status_code == 400
    assert 'value="3.14"' in refused.content.decode()
    assert QuizAttempt.objects.get().is_open
    foreign = as_html(anna).post(attempt.get_absolute_url(), {f"q{first.pk}": "x" * 600})
    assert foreign.status_code == 400


def test_a_choice_that_is_not_offered_is_refused(as_html: Html, anna: User) -> None:
    quiz = make_quiz(SINGLE, MULTIPLE)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    first, second = quiz.questions.all()
    other = second.choices.first().pk
    assert as_html(anna).post(attempt.get_absolute_url(), {f"q{first.pk}": other}).status_code == 400
    assert QuizAttempt.objects.get().is_open


def test_the_script_saves_on_the_way(as_html: Html, anna: User) -> None:
    quiz = make_quiz(SINGLE, time_limit_seconds=60)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    address = f"{attempt.get_absolute_url()}save/"
    client = as_html(anna)
    saved = client.post(address, {"answers": [right(quiz.questions.get())]}, content_type="application/json")
    assert saved.json()["seconds_left"] in {59, 60}
    for wrong in ("", "[]", "{}", '{"answers": 7}', '{"answers": [7]}', '{"answers": [{"question": true}]}'):
        assert client.post(address, wrong, content_type="application/json").status_code == 400
    assert as_html().post(address, "{}", content_type="application/json").status_code == 302
    done = client.post(attempt.get_absolute_url(), {})
    assert done.status_code == 302
    assert QuizAttempt.objects.get().score == 0, "the form is the last word: nothing is marked in it"


def test_the_time_is_over_on_the_page_too(as_html: Html, anna: User) -> None:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as clock:
        quiz = make_quiz(SINGLE, time_limit_seconds=60)
        EnrollmentFactory(user=anna, course=quiz.lesson.course)
        attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
        page = as_html(anna).get(attempt.get_absolute_url()).content.decode()
        assert 'data-seconds="60"' in page
        clock.shift(90)
        late = as_html(anna).post(attempt.get_absolute_url(), typed(quiz), follow=True)
    assert late.status_code == 200
    assert "the time was over" in late.content.decode()
    assert QuizAttempt.objects.get().score == 0


def test_who_may_not_start_is_told_and_what_is_absent_is_404(as_html: Html, anna: User, boris: User) -> None:
    quiz = make_quiz(SINGLE, attempts_max=1)
    lesson = quiz.lesson
    EnrollmentFactory(user=anna, course=lesson.course)
    address = f"{lesson.get_absolute_url()}attempts/"
    assert as_html(boris).post(address).status_code == 403
    assert "/accounts/login/" in as_html().post(address)["Location"]
    attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    assert as_html(boris).get(attempt.get_absolute_url()).status_code == 404
    attempts.submit_attempt(actor=anna, attempt=attempt)
    refused = as_html(anna).post(address, follow=True)
    assert "You have used all attempts." in refused.content.decode()
    draft = make_quiz(SINGLE, course=CourseFactory(status=Status.DRAFT)).lesson
    assert as_html(anna).post(f"{draft.get_absolute_url()}attempts/").status_code == 404
    assert as_html(anna).get(f"{lesson.get_absolute_url()}attempts/99/").status_code == 404


def test_the_instructor_sees_the_lesson_and_takes_nothing(as_html: Html) -> None:
    quiz = make_quiz(SINGLE)
    page = as_html(quiz.lesson.course.instructor).get(quiz.lesson.get_absolute_url()).content.decode()
    assert "Students of this course take this quiz." in page
    assert "Start the quiz" not in page


@pytest.mark.parametrize("number", [3, 30])
def test_the_pages_cost_the_same_for_few_and_many(
    as_html: Html, anna: User, number: int, count_own_queries: Callable[..., int]
) -> None:
    quiz = make_quiz(*[SINGLE] * number)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    for _ in range(number // 3):
        attempt, _is_new = attempts.start_attempt(actor=anna, quiz=quiz)
        attempts.submit_attempt(actor=anna, attempt=attempt)
    client = as_html(anna)
    # session, user, course with enrolment, lessons with quizzes, progress and one's marks, attempts
    assert count_own_queries(client, quiz.lesson.get_absolute_url()) == 5
    # session, user, attempt, all attempts, answers, choices
    assert count_own_queries(client, attempt.get_absolute_url()) == 6
    fresh, _is_new = attempts.start_attempt(actor=anna, quiz=quiz)
    # session, user, attempt, answers, choices
    assert count_own_queries(client, fresh.get_absolute_url()) == 5


def test_the_page_has_no_key_while_it_is_open(as_html: Html, anna: User) -> None:
    quiz = make_quiz(NUMBER, TEXT)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    page = as_html(anna).get(attempt.get_absolute_url()).content.decode()
    assert "3.14" not in page
    assert "python 3" not in page.lower()
    assert json.dumps("is_correct") not in page
