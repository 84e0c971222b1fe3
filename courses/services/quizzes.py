"""Writing quizzes. A question that an attempt holds is never changed: an edit retires it and makes its next version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import markdown, text
from community_platform.core.errors import Invalid, NotFound, Stale
from community_platform.core.permissions import ensure
from courses import limits
from courses.models import (
    Choice,
    Course,
    Feedback,
    Grading,
    LessonKind,
    Question,
    QuestionKind,
    Quiz,
    Section,
)
from courses.services.authoring import add_lesson

SETTINGS = ("pass_percent", "time_limit_seconds", "attempts_max", "is_shuffled", "grading", "feedback")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as its author writes it. `choices` are (text, is right); a text question has `accepted` spellings."""

    kind: str
    text: str
    choices: Sequence[tuple[str, bool]] = ()
    accepted: Sequence[str] = field(default_factory=tuple)
    number: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    points: int = 1
    explanation: str = ""


def create_quiz(
    *, actor: Any, section: Section, title: str, settings: dict[str, Any] | None = None, **fields: Any
) -> Quiz:
    """Add a quiz lesson to `section` with an empty quiz; `fields` as in `add_lesson`.

    Raises: NotAllowed, Invalid.
    """
    ensure(actor, "courses.edit_course", section.course)
    with transaction.atomic():
        lesson = add_lesson(actor=actor, section=section, title=title, of_kind=LessonKind.QUIZ, **fields)
        quiz = Quiz(lesson=lesson)
        _write_settings(quiz, settings or {})
        quiz.save()
    return quiz


def update_quiz(*, actor: Any, quiz: Quiz, expected_version: int | None = None, **settings: Any) -> Quiz:
    """Change pass_percent, time_limit_seconds, attempts_max, is_shuffled, grading, feedback.

    Open attempts keep theirs. Raises: NotAllowed, Invalid, Stale.
    """
    ensure(actor, "courses.edit_course", quiz.lesson.course)
    with transaction.atomic():
        quiz = _lock(quiz)
        if expected_version is not None and expected_version != quiz.version:
            raise Stale
        _write_settings(quiz, settings)
        quiz.version += 1
        quiz.save()
    return quiz


def add_question(*, actor: Any, quiz: Quiz, draft: Draft, position: int | None = None) -> Question:
    """Add a question, at the end unless `position` says otherwise. Raises: NotAllowed, Invalid."""
    ensure(actor, "courses.edit_course", quiz.lesson.course)
    columns, choices = _clean(draft)
    with transaction.atomic():
        quiz = _lock(quiz)
        if quiz.questions_count >= limits.QUESTIONS_MAX:
            raise Invalid(_("A quiz has at most 200 questions."), code="max_length", field="questions")
        last = quiz.questions.aggregate(last=Max("position"))["last"]
        place = position if position is not None else 0 if last is None else last + 1
        question = Question.objects.create(quiz=quiz, position=place, **columns)
        _offer(question, choices)
        _recount(quiz)
    return question


def update_question(*, actor: Any, question: Question, draft: Draft, position: int | None = None) -> Question:
    """Change a question and return its current version: another row where attempts hold the former.

    Raises: NotAllowed, Invalid.
    """
    ensure(actor, "courses.edit_course", question.quiz.lesson.course)
    columns, choices = _clean(draft)
    with transaction.atomic():
        quiz = _lock(question.quiz)
        former = Question.objects.select_for_update().filter(pk=question.pk).first()
        if former is None:
            raise NotFound  # changed or removed meanwhile
        place = former.position if position is None else position
        if former.answers.exists():
            _retire(former)
            current = Question.objects.create(quiz=quiz, lineage=former.lineage, position=place, **columns)
        else:
            current = former
            for name, value in {**columns, "position": place}.items():
                setattr(current, name, value)
            current.save()
            current.choices.all().delete()
        _offer(current, choices)
        _recount(quiz)
    return current


def delete_question(*, actor: Any, question: Question) -> None:
    """Remove a question from the next attempts; those that hold it keep it. Raises: NotAllowed."""
    ensure(actor, "courses.edit_course", question.quiz.lesson.course)
    with transaction.atomic():
        quiz = _lock(question.quiz)
        if not Question.objects.filter(pk=question.pk).exists():
            raise NotFound  # changed or removed meanwhile
        if question.answers.exists():
            _retire(question)
        else:
            question.delete()
        _recount(quiz)


def order_questions(*, actor: Any, quiz: Quiz, questions: Sequence[int]) -> None:
    """Put the current questions into this order of ids. Raises: NotAllowed, Invalid unless it names each once."""
    ensure(actor, "courses.edit_course", quiz.lesson.course)
    with transaction.atomic():
        quiz = _lock(quiz)
        rows = {row.pk: row for row in quiz.questions.all()}
        if sorted(questions) != sorted(rows):
            raise Invalid(_("Name each question once."), code="invalid", field="questions")
        for position, pk in enumerate(questions):
            rows[pk].position = position
        Question.objects.bulk_update(rows.values(), ["position"])
        quiz.version += 1
        quiz.save(update_fields=["version"])


def _lock(quiz: Quiz) -> Quiz:
    """Return the quiz, locked after its course: who edits a course waits there."""
    lesson = quiz.lesson
    Course.objects.lock(lesson.course_id)
    locked = Quiz.objects.select_for_update(no_key=True).get(pk=quiz.pk)
    locked.lesson = lesson
    return locked


def _retire(question: Question) -> None:
    question.retired_at = timezone.now()
    question.save(update_fields=["retired_at"])


def _recount(quiz: Quiz) -> None:
    found = Question.objects.filter(quiz=quiz).aggregate(n=Count("pk"), points=Sum("points"))
    quiz.questions_count, quiz.points = found["n"], found["points"] or 0
    quiz.version += 1
    quiz.save(update_fields=["questions_count", "points", "version"])


def _offer(question: Question, choices: Sequence[tuple[str, bool]]) -> None:
    Choice.objects.bulk_create(
        Choice(question=question, text=words, is_correct=is_right, position=place)
        for place, (words, is_right) in enumerate(choices)
    )


def _write_settings(quiz: Quiz, settings: dict[str, Any]) -> None:
    for name in SETTINGS:
        setattr(quiz, name, settings.get(name, getattr(quiz, name)))
    if not 1 <= quiz.pass_percent <= 100:
        raise Invalid(_("Between 1 and 100 percent."), code="invalid", field="pass_percent")
    limit = quiz.time_limit_seconds
    if limit is not None and not limits.TIME_LIMIT_MIN <= limit <= limits.TIME_LIMIT_MAX:
        raise Invalid(
            _("A time limit is between 10 seconds and 24 hours."), code="invalid", field="time_limit_seconds"
        )
    if quiz.attempts_max is not None and not 1 <= quiz.attempts_max <= limits.ATTEMPTS_MAX:
        raise Invalid(_("Allow at least one attempt."), code="min_value", field="attempts_max")
    for name, kinds in (("grading", Grading), ("feedback", Feedback)):
        if getattr(quiz, name) not in kinds.values:
            raise Invalid(_("Choose one of those offered."), code="invalid_choice", field=name)


def _clean(draft: Draft) -> tuple[dict[str, Any], list[tuple[str, bool]]]:
    """Return the columns of a question and its choices, or raise Invalid on the field at fault."""
    if draft.kind not in QuestionKind.values:
        raise Invalid(_("Choose one of the kinds."), code="invalid_choice", field="kind")
    if not 1 <= draft.points <= limits.POINTS_MAX:
        raise Invalid(_("A question is worth 1 to 100 points."), code="invalid", field="points")
    words = text.clean(draft.text, field="text", high=limits.QUESTION_MAX)
    why = text.clean(draft.explanation, field="explanation", low=0, high=limits.QUESTION_MAX)
    columns = {
        "kind": draft.kind, "text": words, "text_html": markdown.render(words).html, "explanation": why,
        "explanation_html": markdown.render(why).html if why else "", "points": draft.points, "accepted": [],
        "number": None, "tolerance": Decimal(0),
    }  # fmt: skip
    if draft.kind == QuestionKind.TEXT:
        columns["accepted"] = _clean_spellings(draft.accepted)
    elif draft.kind == QuestionKind.NUMBER:
        columns["number"], columns["tolerance"] = _clean_number(draft)
    else:
        return columns, _clean_choices(draft)
    return columns, []


def _clean_spellings(accepted: Sequence[str]) -> list[str]:
    spellings = [
        text.clean(word, field="accepted", high=limits.ANSWER_MAX, multiline=False)
        for word in accepted
        if word.strip()
    ]
    if not 1 <= len(spellings) <= limits.ACCEPTED_MAX:
        raise Invalid(_("Give 1 to 20 accepted answers."), code="invalid", field="accepted")
    return list(dict.fromkeys(spellings))


def _clean_number(draft: Draft) -> tuple[Decimal, Decimal]:
    for name, value in (("number", draft.number), ("tolerance", draft.tolerance)):
        if value is None or not value.is_finite() or value.adjusted() >= limits.NUMBER_DIGITS:
            raise Invalid(_("Give a number."), code="invalid", field=name)
    if draft.tolerance < 0:
        raise Invalid(_("A tolerance is not negative."), code="min_value", field="tolerance")
    return Decimal(draft.number or 0), draft.tolerance


def _clean_choices(draft: Draft) -> list[tuple[str, bool]]:
    choices = [
        (text.clean(words, field="choices", high=limits.CHOICE_TEXT_MAX, multiline=False), bool(is_right))
        for words, is_right in draft.choices
        if words.strip()
    ]
    if not limits.CHOICES_MIN <= len(choices) <= limits.CHOICES_MAX:
        raise Invalid(_("Offer 2 to 12 answers."), code="invalid", field="choices")
    right = sum(is_right for _words, is_right in choices)
    if right == 0 or (draft.kind == QuestionKind.SINGLE and right > 1):
        message = _("Mark the right answer: one, or several where several may be chosen.")
        raise Invalid(message, code="invalid", field="choices")
    return choices
