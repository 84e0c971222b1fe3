"""Quizzes of the demo courses, and how the many did in them; the texts are in texts/quizzes.md."""

import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from community_platform.core import markdown, text
from community_platform.demo.seeding import BATCH, Seeding, insert
from community_platform.demo.texts import FOLDER
from courses.models import (
    Choice,
    Course,
    Enrollment,
    Lesson,
    LessonProgress,
    Question,
    Quiz,
    QuizAnswer,
    QuizAttempt,
)

SECONDS = 300  # what a quiz is said to take
FAILED_FIRST = 0.35  # of those who pass
GAVE_UP = 0.6  # of those who stand at the quiz and do not pass
WRONG_WORDS = ("no idea", "method", "loop", "42", "?")


@dataclass(slots=True)
class WrittenQuestion:
    kind: str
    points: int
    text: str
    is_trap: bool
    choices: list[tuple[str, bool]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    explanation: str = ""


@dataclass(slots=True)
class WrittenQuiz:
    course: str
    title: str
    pass_percent: int
    seconds: int
    attempts: int
    content: str
    questions: list[WrittenQuestion]


@dataclass(slots=True)
class Asked:
    """A question in the database with what a student may say to it, and how hard it is."""

    question: Question
    right: list[int]
    wrong: list[int]
    is_trap: bool
    hardness: float


@cache
def written() -> list[WrittenQuiz]:
    """Return the quizzes as they are written."""
    source = (FOLDER / "quizzes.md").read_text(encoding="utf-8")
    found = []
    for block in re.split(r"^=== ", source, flags=re.MULTILINE)[1:]:
        head, *questions = re.split(r"^\? ", block, flags=re.MULTILINE)
        first, _, content = head.partition("\n")
        course, title, percent, seconds, attempts = [part.strip() for part in first.split("|")]
        asked = [_question(lines) for lines in questions]
        found.append(
            WrittenQuiz(course, title, int(percent), int(seconds), int(attempts), content.strip(), asked)
        )
    return found


def _question(block: str) -> WrittenQuestion:
    first, *lines = block.strip().split("\n")
    kind, points, *rest = [part.strip() for part in first.split("|")]
    found = WrittenQuestion(kind, int(points), rest[-1], is_trap="trap" in rest[:-1])
    for line in lines:
        mark, words = line[0], line[2:].strip()
        if mark in "+-":
            found.choices.append((words.strip("`") if words.count("`") == 2 else words, mark == "+"))
        elif mark == "=":
            found.accepted.append(words)
        elif mark == "!":
            found.explanation = words
    return found


def make(run: Seeding, catalogue: dict[str, list[Lesson]]) -> None:
    """End each course with its quiz, before anybody begins to learn."""
    for row in written():
        lessons = catalogue[row.course]
        course = lessons[0].course
        lesson = Lesson.objects.create(
            course=course, section=lessons[-1].section, title=row.title, slug=text.slug(row.title), kind="quiz",
            content=row.content, content_html=markdown.render(row.content).html if row.content else "",
            duration_seconds=SECONDS, position=len(lessons) + 1,
        )  # fmt: skip
        quiz = Quiz.objects.create(
            lesson=lesson, pass_percent=row.pass_percent, time_limit_seconds=row.seconds or None,
            attempts_max=row.attempts or None, is_shuffled=True, questions_count=len(row.questions),
            points=sum(question.points for question in row.questions),
        )  # fmt: skip
        for position, question in enumerate(row.questions):
            _ask(run, quiz, position, question)
        lessons.append(lesson)
        Course.objects.filter(pk=course.pk).update(
            lessons_count=len(lessons), duration_minutes=sum(step.duration_seconds for step in lessons) // 60
        )


def _ask(run: Seeding, quiz: Quiz, position: int, row: WrittenQuestion) -> None:
    number, _, tolerance = row.accepted[0].partition("±") if row.kind == "number" else ("", "", "")
    question = Question.objects.create(
        quiz=quiz, lineage=_lineage(run, quiz, position), kind=row.kind, text=row.text, position=position,
        text_html=markdown.render(row.text).html, points=row.points, explanation=row.explanation,
        explanation_html=markdown.render(row.explanation).html if row.explanation else "",
        accepted=row.accepted if row.kind == "text" else [],
        number=Decimal(number.strip()) if number else None, tolerance=Decimal(tolerance.strip() or 0),
    )  # fmt: skip
    insert(
        Choice(question=question, text=words, is_correct=is_right, position=place)
        for place, (words, is_right) in enumerate(row.choices)
    )


def _lineage(run: Seeding, quiz: Quiz, position: int) -> str:
    return f"{random.Random(f'{run.seed}/{quiz.pk}/{position}').getrandbits(128):032x}"


def take(run: Seeding) -> None:
    """Let everybody who stands at a quiz, or is past it, have taken it."""
    dice = run.dice("quizzes")
    for quiz in Quiz.objects.select_related("lesson__course").order_by("pk"):
        asked = list(_asked(quiz))
        attempts: list[tuple[QuizAttempt, list[QuizAnswer]]] = []
        for user, moment, begun, passed in _takers(quiz):
            attempts += _tries(quiz, asked, user, moment, begun, passed, dice)
            if len(attempts) >= BATCH:
                _flush(attempts)
        _flush(attempts)


def _takers(quiz: Quiz) -> Iterator[tuple[int, datetime, datetime, bool]]:
    """Yield (student, when, when they began the course, whether they passed) in a fixed order."""
    rows = LessonProgress.objects.filter(lesson=quiz.lesson_id).order_by("user_id")
    begun = dict(
        Enrollment.objects.filter(course=quiz.lesson.course_id).values_list("user_id", "enrolled_at")
    )
    for user, viewed, done in rows.values_list("user_id", "viewed_at", "completed_at").iterator():
        yield user, done or viewed, begun.pop(user), done is not None
    if quiz.lesson.course.slug in {row.course for row in written() if any(q.is_trap for q in row.questions)}:
        # The rest of the course has a look at this one too: what misleads is to be seen in a small school as well.
        for user, moment in sorted(begun.items()):
            yield user, moment + timedelta(minutes=9), moment, False


def _asked(quiz: Quiz) -> Iterator[Asked]:
    traps = {q.text for row in written() for q in row.questions if q.is_trap}
    for place, question in enumerate(quiz.questions.prefetch_related("choices")):
        choices = list(question.choices.all())
        right = [choice.pk for choice in choices if choice.is_correct]
        wrong = [choice.pk for choice in choices if not choice.is_correct]
        yield Asked(question, right, wrong, question.text in traps, hardness=-1.2 + 0.45 * (place % 4))


def _tries(
    quiz: Quiz,
    asked: list[Asked],
    user: int,
    moment: datetime,
    begun: datetime,
    passed: bool,
    dice: random.Random,
) -> Iterator[tuple[QuizAttempt, list[QuizAnswer]]]:
    """Yield one or two attempts, the last at `moment`; the stronger a student, the more answers are right."""
    is_trap = any(row.is_trap for row in asked)
    strength = dice.gauss(0.2, 2.5) if is_trap else dice.gauss(0.4, 1)
    number = 1
    if passed and dice.random() < FAILED_FIRST:
        earlier = moment - timedelta(minutes=dice.uniform(4, 40))
        if earlier > begun:
            yield _attempt(quiz, asked, user, 1, earlier, strength - 1.5, False, dice)
            number = 2
    if passed or is_trap or dice.random() < GAVE_UP:
        yield _attempt(quiz, asked, user, number, moment, strength, passed, dice)


def _attempt(
    quiz: Quiz, asked: list[Asked], user: int, number: int, moment: datetime, strength: float, passed: bool,
    dice: random.Random,
) -> tuple[QuizAttempt, list[QuizAnswer]]:  # fmt: skip
    verdicts = _verdicts(quiz, asked, strength, passed, dice)
    score = sum(row.question.points for row, is_right in zip(asked, verdicts, strict=True) if is_right)
    seconds = int(min(dice.uniform(50, 280), quiz.time_limit_seconds or SECONDS))
    percent = score * 100 // quiz.points
    attempt = QuizAttempt(
        user_id=user, quiz=quiz, number=number, quiz_version=quiz.version, pass_percent=quiz.pass_percent,
        seed=dice.getrandbits(31), started_at=moment - timedelta(seconds=seconds), submitted_at=moment, score=score,
        max_score=quiz.points, percent=percent, passed=percent >= quiz.pass_percent, duration_seconds=seconds,
    )  # fmt: skip
    if quiz.time_limit_seconds:
        attempt.deadline = attempt.started_at + timedelta(seconds=quiz.time_limit_seconds)
    places = list(range(len(asked)))
    dice.shuffle(places)
    answers = [
        QuizAnswer(
            attempt=attempt, question=row.question, position=place, choice_order=[*row.right, *row.wrong],
            response=_said(row, is_right, dice), answered_at=moment, max_mark=row.question.points,
            mark=row.question.points if is_right else 0, is_correct=is_right,
        )
        for row, is_right, place in zip(asked, verdicts, places, strict=True)
    ]  # fmt: skip
    return attempt, answers


def _verdicts(
    quiz: Quiz, asked: list[Asked], strength: float, passed: bool, dice: random.Random
) -> list[bool]:
    """Throw the dice until the attempt passes, or fails, as it has to."""
    for _ in range(40):
        # Who knows more falls into the trap more often.
        chances = [(1.5 - 3 * strength if row.is_trap else strength - row.hardness) for row in asked]
        verdicts = [dice.random() < 1 / (1 + math.exp(-1.5 * chance)) for chance in chances]
        score = sum(row.question.points for row, is_right in zip(asked, verdicts, strict=True) if is_right)
        if (score * 100 // quiz.points >= quiz.pass_percent) is passed:
            return verdicts
    return [passed and not row.is_trap for row in asked]


def _said(row: Asked, is_right: bool, dice: random.Random) -> dict[str, object]:
    if row.question.has_choices:
        if is_right:
            return {"choices": sorted(row.right)}
        return {"choices": [row.wrong[-1] if row.is_trap else dice.choice(row.wrong)]}
    if row.question.kind == "text":
        return {"text": row.question.accepted[0] if is_right else dice.choice(WRONG_WORDS)}
    number = row.question.number or Decimal(0)
    return {"text": f"{number if is_right else number + dice.randint(1, 9):f}"}


def _flush(attempts: list[tuple[QuizAttempt, list[QuizAnswer]]]) -> None:
    insert(attempt for attempt, _answers in attempts)
    insert(answer for _attempt, answers in attempts for answer in answers)
    attempts.clear()
