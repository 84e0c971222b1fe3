"""Writing quizzes: what may be asked, and that attempts keep what they were asked."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from community_platform.core.errors import Invalid, NotAllowed
from courses.models import Choice, Lesson, Question, Quiz
from courses.services import attempts, authoring, quizzes
from courses.tests.factories import EnrollmentFactory, SectionFactory
from courses.tests.quizzes import MULTIPLE, NUMBER, SINGLE, TEXT, make_quiz, right, wrong
from profiles.models import User

pytestmark = pytest.mark.django_db


def test_a_quiz_counts_its_questions_and_points() -> None:
    quiz = make_quiz()
    assert (quiz.questions_count, quiz.points, quiz.version) == (4, 7, 5)
    quizzes.delete_question(actor=quiz.lesson.course.instructor, question=quiz.questions.first())
    quiz.refresh_from_db()
    assert (quiz.questions_count, quiz.points) == (3, 6)
    assert quiz.lesson.kind == "quiz"
    assert quiz.lesson.course.lessons_count == 1


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(SINGLE, kind="essay"), "kind"),
        (replace(SINGLE, text="  "), "text"),
        (replace(SINGLE, points=0), "points"),
        (replace(SINGLE, points=101), "points"),
        (replace(SINGLE, choices=[("only", True)]), "choices"),
        (replace(SINGLE, choices=[("a", False), ("b", False)]), "choices"),
        (replace(SINGLE, choices=[("a", True), ("b", True)]), "choices"),
        (replace(MULTIPLE, choices=[("a", False), ("b", False)]), "choices"),
        (replace(TEXT, accepted=[" "]), "accepted"),
        (replace(NUMBER, number=None), "number"),
        (replace(NUMBER, number=Decimal("NaN")), "number"),
        (replace(NUMBER, tolerance=Decimal(-1)), "tolerance"),
    ],
)
def test_a_question_without_sense_is_refused(draft: Any, field: str) -> None:
    quiz = make_quiz(SINGLE)
    question = quiz.questions.get()
    actor = quiz.lesson.course.instructor
    for write in (
        lambda: quizzes.add_question(actor=actor, quiz=quiz, draft=draft),
        lambda: quizzes.update_question(actor=actor, question=question, draft=draft),
    ):
        with pytest.raises(Invalid) as refused:
            write()
        assert refused.value.field == field
    assert Question.ever.count() == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"pass_percent": 0},
        {"pass_percent": 101},
        {"time_limit_seconds": 9},
        {"attempts_max": 0},
        {"grading": "mean"},
    ],
)
def test_settings_without_sense_are_refused(settings: dict[str, Any]) -> None:
    quiz = make_quiz(SINGLE)
    with pytest.raises(Invalid) as refused:
        quizzes.update_quiz(actor=quiz.lesson.course.instructor, quiz=quiz, **settings)
    assert refused.value.field == next(iter(settings))


def test_only_who_writes_the_course_writes_its_quizzes(anna: User, irina: User) -> None:
    quiz = make_quiz(SINGLE)
    section = SectionFactory(course=quiz.lesson.course)
    question = quiz.questions.get()
    for actor in (anna, irina):
        for write in (
            lambda actor=actor: quizzes.create_quiz(actor=actor, section=section, title="Mine"),
            lambda actor=actor: quizzes.update_quiz(actor=actor, quiz=quiz, pass_percent=1),
            lambda actor=actor: quizzes.add_question(actor=actor, quiz=quiz, draft=SINGLE),
            lambda actor=actor: quizzes.update_question(actor=actor, question=question, draft=TEXT),
            lambda actor=actor: quizzes.delete_question(actor=actor, question=question),
            lambda actor=actor: quizzes.order_questions(actor=actor, quiz=quiz, questions=[question.pk]),
        ):
            with pytest.raises(NotAllowed):
                write()
    assert Quiz.objects.count() == 1


def test_a_quiz_lesson_is_made_with_its_quiz_and_stays_one() -> None:
    lesson = make_quiz(SINGLE).lesson
    actor = lesson.course.instructor
    assert authoring.update_lesson(actor=actor, lesson=lesson, title="Renamed").kind == "quiz"
    for wrong_kind in (
        lambda: authoring.update_lesson(actor=actor, lesson=lesson, kind="article"),
        lambda: authoring.add_lesson(actor=actor, section=lesson.section, title="No quiz", kind="quiz"),
    ):
        with pytest.raises(Invalid):
            wrong_kind()


def test_an_unused_question_is_changed_in_place(anna: User) -> None:
    quiz = make_quiz(SINGLE)
    former = quiz.questions.get()
    current = quizzes.update_question(actor=quiz.lesson.course.instructor, question=former, draft=TEXT)
    assert (current.pk, current.kind, Choice.objects.count()) == (former.pk, "text", 0)


def test_an_attempt_keeps_the_questions_it_began_with(anna: User) -> None:
    quiz = make_quiz(SINGLE, NUMBER)
    actor = quiz.lesson.course.instructor
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    former, gone = quiz.questions.all()
    key = right(former)
    # The author turns the key round, makes it worth more, removes the other one.
    turned = replace(SINGLE, choices=[("Paris", False), ("Lyon", True)], points=50)
    current = quizzes.update_question(actor=actor, question=former, draft=turned)
    quizzes.delete_question(actor=actor, question=gone)
    assert current.pk != former.pk
    assert current.lineage == former.lineage
    done = attempts.submit_attempt(actor=anna, attempt=attempt, answers=[key, wrong(gone)])
    assert (done.score, done.max_score, done.percent, done.quiz_version) == (1, 4, 25, 3)
    again, _ = attempts.start_attempt(actor=anna, quiz=Quiz.objects.select_related("lesson__course").get())
    assert list(again.answers.values_list("question", flat=True)) == [current.pk]
    assert again.max_score == 50
    assert Question.ever.count() == 3


def test_questions_are_put_in_order_all_at_once() -> None:
    quiz = make_quiz()
    actor = quiz.lesson.course.instructor
    keys = [question.pk for question in quiz.questions.all()]
    quizzes.order_questions(actor=actor, quiz=quiz, questions=keys[::-1])
    assert [question.pk for question in quiz.questions.all()] == keys[::-1]
    for wrong_list in (keys[1:], [*keys, keys[0]], [*keys[1:], 0]):
        with pytest.raises(Invalid):
            quizzes.order_questions(actor=actor, quiz=quiz, questions=wrong_list)


def test_a_removed_quiz_lesson_keeps_its_attempts(anna: User) -> None:
    quiz = make_quiz(SINGLE)
    EnrollmentFactory(user=anna, course=quiz.lesson.course)
    attempt, _ = attempts.start_attempt(actor=anna, quiz=quiz)
    authoring.delete_lesson(actor=quiz.lesson.course.instructor, lesson=quiz.lesson)
    assert not Lesson.objects.exists()
    attempt.refresh_from_db()
    assert not Quiz.objects.visible_to(anna).exists()
