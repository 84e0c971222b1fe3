"""Reads of quizzes: what a student may still do, an open attempt, the results of one that was handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from courses.models import Choice, Feedback, Grading, Question, QuestionKind, Quiz, QuizAnswer, QuizAttempt


@dataclass(frozen=True, slots=True)
class QuizPage:
    """A quiz as one student stands to it: attempts handed in (last first), the open one, the one that counts."""

    quiz: Quiz
    attempts: list[QuizAttempt]
    current: QuizAttempt | None
    counted: QuizAttempt | None

    @property
    def attempts_left(self) -> int | None:
        """How many more may be started; None without a limit."""
        if self.quiz.attempts_max is None:
            return None
        return max(0, self.quiz.attempts_max - len(self.attempts) - (self.current is not None))

    @property
    def may_start(self) -> bool:
        return self.current is None and self.attempts_left != 0 and self.quiz.questions_count > 0

    @property
    def has_passed(self) -> bool:
        return any(attempt.passed for attempt in self.attempts)


@dataclass(frozen=True, slots=True)
class ShownChoice:
    choice: Choice
    is_chosen: bool
    is_right: bool | None  # None where the feedback policy does not say


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A question of an attempt with what was said, and as much about it as the feedback policy shows."""

    number: int
    question: Question
    said: str  # of text and number questions
    choices: list[ShownChoice]
    is_correct: bool | None
    mark: int | None
    key: str  # the right answer of text and number questions, empty where it is not shown
    explanation_html: str

    @property
    def is_answered(self) -> bool:
        return bool(self.said) or any(row.is_chosen for row in self.choices)

    @property
    def takes_one(self) -> bool:
        return self.question.kind == QuestionKind.SINGLE


@dataclass(frozen=True, slots=True)
class AttemptPage:
    attempt: QuizAttempt
    answers: list[ShownAnswer]
    shows_marks: bool
    shows_key: bool

    @property
    def answered_count(self) -> int:
        return sum(row.is_answered for row in self.answers)

    @property
    def seconds_left(self) -> int | None:
        return seconds_left(self.attempt)


def seconds_left(attempt: QuizAttempt) -> int | None:
    """Return the seconds until the deadline, None without one."""
    if attempt.deadline is None:
        return None
    return max(0, int((attempt.deadline - timezone.now()).total_seconds()))


def quiz_page(quiz: Quiz, user: Any) -> QuizPage:
    """Return what `user` did and may do with `quiz`; one query, none for visitors."""
    rows = list(QuizAttempt.objects.filter(quiz=quiz, user_id=user.pk).order_by("-number")) if user.pk else []
    done = [row for row in rows if not row.is_open]
    for row in rows:
        row.quiz = quiz
    current = next((row for row in rows if row.is_open), None)
    return QuizPage(quiz, done, current, counted_attempt(done, quiz.grading))


def counted_attempt(attempts: Sequence[QuizAttempt], grading: str) -> QuizAttempt | None:
    """Return the attempt that counts by this rule; of equal best ones the first."""
    if not attempts:
        return None
    if grading == Grading.FIRST:
        return min(attempts, key=lambda row: row.number)
    if grading == Grading.LAST:
        return max(attempts, key=lambda row: row.number)
    return max(attempts, key=lambda row: (row.percent, -row.number))


def attempt_page(attempt: QuizAttempt, *, has_passed: bool = False) -> AttemptPage:
    """Return the questions of an attempt in its order; results where it is handed in. 2 queries.

    `has_passed` says whether its student passed with any attempt, which opens the key under that policy.
    """
    policy = attempt.quiz.feedback
    marks = not attempt.is_open and policy != Feedback.SCORE
    passed = attempt.passed or has_passed
    key = not attempt.is_open and (policy == Feedback.FULL or (policy == Feedback.PASSED and passed))
    rows = (
        attempt.answers.select_related("question").prefetch_related("question__choices").order_by("position")
    )
    return AttemptPage(attempt, [_shown(row, marks, key) for row in rows], marks, key)


def _shown(row: QuizAnswer, marks: bool, key: bool) -> ShownAnswer:
    question = row.question
    by_key = {choice.pk: choice for choice in question.choices.all()}
    chosen = set(row.response.get("choices", []))
    ordered = [by_key[pk] for pk in row.choice_order if pk in by_key]
    return ShownAnswer(
        number=row.position + 1,
        question=question,
        said=row.response.get("text", ""),
        choices=[
            ShownChoice(choice, choice.pk in chosen, choice.is_correct if key else None) for choice in ordered
        ],
        is_correct=row.is_correct if marks else None,
        mark=row.mark if marks else None,
        key=_key(question) if key else "",
        explanation_html=question.explanation_html if key else "",
    )


def _key(question: Question) -> str:
    if question.kind == QuestionKind.TEXT:
        return ", ".join(question.accepted)
    if question.kind != QuestionKind.NUMBER or question.number is None:
        return ""
    around = f" ± {_plain(question.tolerance)}" if question.tolerance else ""
    return f"{_plain(question.number)}{around}"


def _plain(number: Any) -> str:
    """Write a decimal without the zeros that its column has."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
