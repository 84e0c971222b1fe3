"""Taking quizzes: the clock, one open attempt, marks, what passing does."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from community_platform.core import events
from community_platform.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from courses.events import LessonCompleted, QuizSubmitted
from courses.models import Enrollment, LearningEvent, LessonProgress, Quiz, QuizAttempt, Verb
from courses.selectors import quizzes as selectors
from courses.services import attempts, progress
from courses.services.enrollment import leave
from courses.tasks import close_overdue_attempts
from courses.tests.factories import EnrollmentFactory
from courses.tests.quizzes import MULTIPLE, NUMBER, SINGLE, make_quiz, right, wrong
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as travelling:
        yield travelling


def taking(user: User, *drafts: Any, **settings: Any) -> tuple[Quiz, QuizAttempt]:
    quiz = make_quiz(*drafts, **settings)
    EnrollmentFactory(user=user, course=quiz.lesson.course)
    return quiz, attempts.start_attempt(actor=user, quiz=quiz)[0]


def all_right(quiz: Quiz) -> list[dict[str, Any]]:
    return [right(question) for question in quiz.questions.all()]


def test_passing_completes_the_lesson_and_the_course(
    anna: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    heard: list[Any] = []
    for event in (QuizSubmitted, LessonCompleted):
        monkeypatch.setitem(events._subscribers, event, [heard.append])
    quiz, attempt = taking(anna)
    with django_capture_on_commit_callbacks(execute=True):
        done = attempts.submit_attempt(actor=anna, attempt=attempt, answers=all_right(quiz))
    assert (done.score, done.max_score, done.percent, done.passed) == (7, 7, 100, True)
    assert LessonProgress.objects.get().completed_at is not None
    assert Enrollment.objects.get().completed_at is not None
    fact = heard[0]
    assert (fact.score, fact.max_score, fact.passed, fact.is_first, fact.number) == (7, 7, True, True, 1)
    assert [type(event).__name__ for event in heard] == ["QuizSubmitted", "LessonCompleted"]
    row = LearningEvent.objects.get(verb=Verb.SUBMITTED)
    assert (row.value, row.data["score"], row.data["number"]) == (10_000, 7, 1)


def test_failing_completes_nothing_and_may_be_tried_again(anna: User) -> None:
    quiz, attempt = taking(anna, SINGLE, NUMBER)
    questions = list(quiz.questions.all())
    done = attempts.submit_attempt(
        actor=anna, attempt=attempt, answers=[right(questions[0]), wrong(questions[1])]
    )
    assert (done.score, done.percent, done.passed) == (1, 25, False)
    assert LessonProgress.objects.get().completed_at is None
    again, is_new = attempts.start_attempt(actor=anna, quiz=quiz)
    assert (again.number, is_new) == (2, True)
    assert attempts.submit_attempt(actor=anna, attempt=again, answers=all_right(quiz)).passed
    third, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    attempts.submit_attempt(actor=anna, attempt=third)
    assert LessonProgress.objects.get().completed_at is not None, "what was passed stays passed"


def test_half_of_several_is_not_right_and_blank_is_wrong(anna: User) -> None:
    quiz, attempt = taking(anna, MULTIPLE, SINGLE)
    question = quiz.questions.first()
    said = [{"question": question.pk, "choices": right(question)["choices"][:1]}]
    assert attempts.submit_attempt(actor=anna, attempt=attempt, answers=said).score == 0


def test_a_second_start_goes_on_with_the_first(anna: User) -> None:
    quiz, attempt = taking(anna)
    again, is_new = attempts.start_attempt(actor=anna, quiz=quiz)
    assert (again.pk, is_new) == (attempt.pk, False)


def test_answers_are_kept_while_it_is_open(anna: User) -> None:
    quiz, attempt = taking(anna)
    first, *others = all_right(quiz)
    attempts.save_answers(actor=anna, attempt=attempt, answers=[first])
    attempts.save_answers(actor=anna, attempt=attempt, answers=others[:1])
    assert selectors.attempt_page(attempt).answered_count == 2
    attempts.save_answers(
        actor=anna, attempt=attempt, answers=[{"question": first["question"], "choices": []}]
    )
    assert selectors.attempt_page(attempt).answered_count == 1
    assert attempts.submit_attempt(actor=anna, attempt=attempt).score == 2


@pytest.mark.parametrize(
    "said",
    [
        {"question": 0}, {}, {"question": "Q", "choices": "x"}, {"question": "Q", "choices": [0]},
        {"question": "Q", "choices": [True]}, {"question": "Q", "choices": "ALL"},
    ],
)  # fmt: skip
def test_answers_without_sense_are_refused_and_change_nothing(anna: User, said: dict[str, Any]) -> None:
    quiz, attempt = taking(anna, SINGLE)
    question = quiz.questions.get()
    said = {key: question.pk if value == "Q" else value for key, value in said.items()}
    if said.get("choices") == "ALL":
        said["choices"] = [choice.pk for choice in question.choices.all()]
    for service in (attempts.save_answers, attempts.submit_attempt):
        with pytest.raises(Invalid):
            service(actor=anna, attempt=attempt, answers=[said])
    attempt.refresh_from_db()
    assert attempt.is_open


def test_the_clock_is_the_servers(anna: User, clock: Any) -> None:
    quiz, attempt = taking(anna, SINGLE, time_limit_seconds=60)
    attempts.save_answers(actor=anna, attempt=attempt, answers=all_right(quiz))
    clock.shift(65)  # five seconds for what is on its way
    assert attempts.submit_attempt(actor=anna, attempt=attempt).passed
    second, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    assert second.deadline == timezone.now() + timedelta(seconds=60)


def test_when_the_time_is_over_what_was_saved_is_marked(anna: User, clock: Any) -> None:
    quiz, attempt = taking(anna, SINGLE, NUMBER, time_limit_seconds=60)
    first, second = all_right(quiz)
    attempts.save_answers(actor=anna, attempt=attempt, answers=[second])
    clock.shift(66)
    with pytest.raises(Conflict) as refused:
        attempts.submit_attempt(actor=anna, attempt=attempt, answers=[first, second])
    assert refused.value.code == "time_over"
    attempt.refresh_from_db()
    assert (attempt.score, attempt.is_overdue, attempt.duration_seconds) == (3, True, 60)
    assert attempt.submitted_at == attempt.deadline
    assert LessonProgress.objects.get().completed_at is not None
    with pytest.raises(Conflict) as refused:
        attempts.save_answers(actor=anna, attempt=attempt, answers=[first])
    assert refused.value.code == "already_submitted"


def test_the_job_hands_in_what_nobody_looks_at(anna: User, boris: User, clock: Any) -> None:
    quiz, attempt = taking(anna, SINGLE, time_limit_seconds=60)
    attempts.save_answers(actor=anna, attempt=attempt, answers=all_right(quiz))
    EnrollmentFactory(user=boris, course=quiz.lesson.course)
    attempts.start_attempt(actor=boris, quiz=quiz)
    leave(actor=boris, course=quiz.lesson.course)
    assert close_overdue_attempts() == 0
    clock.shift(66)
    assert close_overdue_attempts() == 2
    assert close_overdue_attempts() == 0
    assert not QuizAttempt.objects.filter(submitted_at=None).exists()
    assert list(QuizAttempt.objects.order_by("pk").values_list("passed", flat=True)) == [True, False]


def test_an_overdue_attempt_makes_place_for_the_next(anna: User, clock: Any) -> None:
    quiz, attempt = taking(anna, SINGLE, time_limit_seconds=60)
    clock.shift(600)
    again, is_new = attempts.start_attempt(actor=anna, quiz=quiz)
    assert (again.number, is_new) == (2, True)


def test_attempts_are_counted(anna: User) -> None:
    quiz, attempt = taking(anna, attempts_max=2)
    for _ in range(2):
        attempt, _is_new = attempts.start_attempt(actor=anna, quiz=quiz)
        attempts.submit_attempt(actor=anna, attempt=attempt)
    assert selectors.quiz_page(quiz, anna).attempts_left == 0
    with pytest.raises(Conflict) as refused:
        attempts.start_attempt(actor=anna, quiz=quiz)
    assert refused.value.code == "no_attempts_left"


def test_who_may_not(anna: User, boris: User) -> None:
    quiz, attempt = taking(anna)
    for person in (boris, quiz.lesson.course.instructor):
        with pytest.raises(NotAllowed):
            attempts.start_attempt(actor=person, quiz=quiz)
        for service in (attempts.save_answers, attempts.submit_attempt):
            with pytest.raises(NotFound):
                service(actor=person, attempt=attempt, answers=[])
    attempts.submit_attempt(actor=anna, attempt=attempt)
    with pytest.raises(Conflict) as refused:
        attempts.submit_attempt(actor=anna, attempt=attempt)
    assert refused.value.code == "already_submitted"
    empty = make_quiz(course=quiz.lesson.course)
    empty.questions.all().delete()
    Quiz.objects.filter(pk=empty.pk).update(questions_count=0, points=0)
    with pytest.raises(Conflict) as refused:
        attempts.start_attempt(actor=anna, quiz=empty)
    assert refused.value.code == "no_questions"


def test_the_order_follows_the_seed_of_the_attempt(anna: User) -> None:
    from dataclasses import replace

    many = replace(SINGLE, choices=[(str(n), n == 0) for n in range(8)])
    quiz, attempt = taking(anna, *[many] * 8, is_shuffled=True)
    orders = []
    for _ in range(2):
        page = selectors.attempt_page(attempt)
        orders.append([(row.question.pk, [shown.choice.pk for shown in row.choices]) for row in page.answers])
    assert orders[0] == orders[1], "a reload changes nothing"
    attempts.submit_attempt(actor=anna, attempt=attempt, answers=all_right(quiz))
    other, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    page = selectors.attempt_page(other)
    assert [(row.question.pk, [shown.choice.pk for shown in row.choices]) for row in page.answers] != orders[
        0
    ]


@pytest.mark.parametrize(("grading", "expected"), [("best", 2), ("last", 3), ("first", 1)])
def test_which_attempt_counts(anna: User, grading: str, expected: int) -> None:
    quiz, attempt = taking(anna, SINGLE, NUMBER, grading=grading)
    questions = list(quiz.questions.all())
    for said in ([right(questions[0])], all_right(quiz), []):
        attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
        attempts.submit_attempt(actor=anna, attempt=attempt, answers=said)
    counted = selectors.quiz_page(quiz, anna).counted
    assert counted is not None
    assert counted.number == expected


@pytest.mark.parametrize(
    ("feedback", "marks", "key_before", "key_after"),
    [
        ("full", True, True, True),
        ("marks", True, False, False),
        ("passed", True, False, True),
        ("score", False, False, False),
    ],
)
def test_results_show_what_the_policy_says(
    anna: User, feedback: str, marks: bool, key_before: bool, key_after: bool
) -> None:
    quiz, attempt = taking(anna, feedback=feedback)
    quiz = Quiz.objects.get()
    assert all(row.is_correct is None and not row.key for row in selectors.attempt_page(attempt).answers)
    failed = attempts.submit_attempt(actor=anna, attempt=attempt)
    second, _ = attempts.start_attempt(actor=anna, quiz=attempt.quiz)
    passed = attempts.submit_attempt(actor=anna, attempt=second, answers=all_right(quiz))
    for row, key in ((failed, key_before), (passed, key_after)):
        page = selectors.attempt_page(row)
        assert all((shown.is_correct is not None) is marks for shown in page.answers)
        assert [bool(shown.key) for shown in page.answers] == [False, False, key, key]
        assert all((choice.is_right is not None) is key for shown in page.answers for choice in shown.choices)


def _at_once(number: int, call: Callable[[int], Any]) -> list[Any]:
    start = threading.Barrier(number)

    def run(place: int) -> Any:
        try:
            start.wait(10)
            return call(place)
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_starts_at_once_are_one_attempt(anna: User) -> None:
    quiz = make_quiz()
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    found = _at_once(8, lambda _place: attempts.start_attempt(actor=anna, quiz=quiz))
    assert len({attempt.pk for attempt, _ in found}) == 1
    assert [is_new for _, is_new in found].count(True) == 1
    assert QuizAttempt.objects.get().answers.count() == 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_hand_in_at_once_are_marked_once(anna: User) -> None:
    quiz, attempt = taking(anna)
    key = all_right(quiz)
    found = _at_once(
        8,
        lambda place: attempts.submit_attempt(actor=anna, attempt=attempt, answers=key if place % 2 else []),
    )
    assert found.count("already_submitted") == 7
    assert LearningEvent.objects.filter(verb=Verb.SUBMITTED).count() == 1
    row = QuizAttempt.objects.get()
    assert row.passed == LessonProgress.objects.filter(completed_at__isnull=False).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_deadline_and_the_student_hand_in_at_once(anna: User) -> None:
    quiz, attempt = taking(anna, time_limit_seconds=60)
    QuizAttempt.objects.update(
        deadline=timezone.now() - timedelta(minutes=1), started_at=timezone.now() - timedelta(minutes=2)
    )
    attempt = QuizAttempt.objects.with_quiz().get()
    doors = [
        lambda: attempts.close_if_over(attempt=QuizAttempt.objects.with_quiz().get()),
        lambda: attempts.submit_attempt(actor=anna, attempt=attempt, answers=all_right(quiz)),
        lambda: attempts.start_attempt(actor=anna, quiz=quiz),
        attempts.close_overdue,
    ]
    _at_once(8, lambda place: doors[place % 4]())
    assert LearningEvent.objects.filter(verb=Verb.SUBMITTED).count() == 1
    assert QuizAttempt.objects.get(number=1).is_overdue
    assert QuizAttempt.objects.filter(submitted_at=None).count() == 1


def test_a_quiz_is_opened_before_it_is_attempted(anna: User) -> None:
    quiz, _attempt = taking(anna)
    assert LearningEvent.objects.filter(verb=Verb.VIEWED, lesson=quiz.lesson).count() == 1
    progress.open_lesson(actor=anna, lesson=quiz.lesson)
    assert Enrollment.objects.get().last_lesson == quiz.lesson
