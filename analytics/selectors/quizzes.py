"""How good the questions are, and how students did in quizzes."""

import math
from collections import Counter
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils.text import Truncator

from analytics.definitions import get, percent
from analytics.models import QuestionDay
from analytics.selectors.answers import first_answers
from analytics.selectors.course import lesson_of
from analytics.selectors.scope import Range
from courses.models import Choice, Course, LearningEvent, Lesson, Question, Verb

DUBIOUS = 0.10  # a correlation below it says little about the rest
HARD = 0.25
SUMS = ("n", "max_sum", "x", "y", "xx", "yy", "xy")


def correlation(n: int, x: int, y: int, xx: int, yy: int, xy: int) -> float | None:
    """Return Pearson's r from whole sums; None where one side does not vary."""
    spread = (n * xx - x * x) * (n * yy - y * y)
    return (n * xy - x * y) / math.sqrt(spread) if spread > 0 else None


def verdict(n: int, facility: float | None, discrimination: float | None) -> str:
    """Return too_few, wrong_key (who knows more fails it), dubious or ok."""
    if n < get("discrimination").minimum or facility is None:
        return "too_few"
    if discrimination is not None and discrimination < 0:
        return "wrong_key"
    if discrimination is not None and discrimination < DUBIOUS and 0.05 < facility < 0.95:
        return "dubious"
    return "ok"


def questions(course: Course, days: Range) -> list[dict[str, Any]]:
    """Return every question with its statistics of first attempts inside the range, by lesson and place.

    `facility` is 0..1, `discrimination` -1..1; None where nothing can be said.
    """
    rows: Any = (
        QuestionDay.objects.filter(course=course, day__range=(days.first, days.last))
        .order_by()
        .values("question")
        .annotate(**{f"s_{name}": Sum(name) for name in SUMS})
    )
    sums = {row["question"]: row for row in rows}
    shown = Question.ever.filter(quiz__lesson__course=course, quiz__lesson__removed_at=None)
    shown = shown.filter(Q(retired_at=None) | Q(pk__in=list(sums))).select_related("quiz__lesson")
    found = []
    for question in shown.order_by("quiz__lesson__position", "quiz__lesson_id", "position", "pk"):
        row = sums.get(question.pk)
        n, facility, discrimination = 0, None, None
        if row:
            n = row["s_n"]
            facility = row["s_x"] / row["s_max_sum"] if row["s_max_sum"] else None
            discrimination = correlation(n, *(row[f"s_{name}"] for name in ("x", "y", "xx", "yy", "xy")))
        found.append(
            {
                "question": {"id": question.pk, "text": Truncator(question.text).chars(200)},
                "lesson": lesson_of(question.quiz.lesson),
                "n": n,
                "facility": facility,
                "discrimination": discrimination,
                "verdict": verdict(n, facility, discrimination),
            }
        )
    return found


def performance(course: Course, days: Range) -> dict[str, Any]:
    """Return {"questions": questions(), "quizzes": results()}."""
    return {"questions": questions(course, days), "quizzes": results(course, days)}


def results(course: Course, days: Range) -> list[dict[str, Any]]:
    """Return each quiz with the attempts of the range: their mean, and the best results by student (0-100)."""
    events = LearningEvent.objects.filter(
        course=course, verb=Verb.SUBMITTED, is_excluded=False, day__range=(days.first, days.last)
    ).order_by()
    attempts: Counter[int] = Counter()
    sums: Counter[int] = Counter()
    best: dict[int, list[int]] = {}
    grouped = events.values("lesson", "user").annotate(best=Max("value"), n=Count("pk"), total=Sum("value"))
    for lesson_id, value, count, total in grouped.values_list("lesson", "best", "n", "total"):
        attempts[lesson_id] += count
        sums[lesson_id] += total
        best.setdefault(lesson_id, []).append(value)
    quizzes = []
    rows = Lesson.objects.filter(course=course, quiz__isnull=False).select_related("quiz").order_by("position", "pk")
    for lesson in rows.defer("content", "content_html"):
        count, marks = attempts[lesson.pk], sorted(best.get(lesson.pk, []))
        passed = sum(value >= 100 * lesson.quiz.pass_percent for value in marks)
        quizzes.append(
            {
                "lesson": lesson_of(lesson),
                "attempts": count,
                "students": len(marks),
                "mean": round(sums[lesson.pk] / count / 100, 2) if count else None,
                "median": round(marks[(len(marks) - 1) // 2] / 100, 2) if marks else None,
                "pass_rate": percent(passed, len(marks)),
            }
        )
    return quizzes


def distractors(question: Question, days: Range) -> list[dict[str, Any]]:
    """Return for each choice who took it in first attempts: number, share (0-100), mean rest score of these."""
    chosen: dict[int, list[int]] = {}
    answers = list(first_answers(days).filter(question=question).values_list("response", "y"))
    for response, rest in answers:
        for choice in response.get("choices", []):
            chosen.setdefault(choice, []).append(rest)
    found = []
    for choice in Choice.objects.filter(question=question):
        rests = chosen.get(choice.pk, [])
        found.append(
            {
                "choice": {"id": choice.pk, "text": choice.text, "is_correct": choice.is_correct},
                "n": len(rests),
                "share": percent(len(rests), len(answers)),
                "mean_rest": round(sum(rests) / len(rests), 2) if rests else None,
            }
        )
    return found
