"""Quizzes for tests, made through the services."""

from decimal import Decimal
from typing import Any

from courses.models import Question, Quiz
from courses.services import quizzes
from courses.services.quizzes import Draft
from courses.tests.factories import CourseFactory, SectionFactory

SINGLE = Draft(
    kind="single", text="Capital of France?", choices=[("Paris", True), ("Lyon", False), ("Nice", False)]
)
MULTIPLE = Draft(
    kind="multiple", text="Which are even?", choices=[("2", True), ("3", False), ("4", True)], points=2
)
TEXT = Draft(kind="text", text="The language of this site?", accepted=["Python", "python 3"])
NUMBER = Draft(kind="number", text="Pi?", number=Decimal("3.14"), tolerance=Decimal("0.01"), points=3)
ALL = (SINGLE, MULTIPLE, TEXT, NUMBER)


def make_quiz(*drafts: Draft, course: Any = None, **settings: Any) -> Quiz:
    """Return a quiz lesson of `course` with these questions, one of each kind by default."""
    course = course or CourseFactory()
    section = course.sections.last() or SectionFactory(course=course)
    quiz = quizzes.create_quiz(
        actor=course.instructor, section=section, title="What do you know?", settings=settings
    )
    for draft in drafts or ALL:
        quizzes.add_question(actor=course.instructor, quiz=quiz, draft=draft)
    quiz.refresh_from_db()
    return quiz


def right(question: Question) -> dict[str, Any]:
    """Return the right answer to `question`, as programs send it."""
    if question.has_choices:
        return {
            "question": question.pk,
            "choices": [choice.pk for choice in question.choices.filter(is_correct=True)],
        }
    return {
        "question": question.pk,
        "text": question.accepted[0] if question.accepted else str(question.number),
    }


def wrong(question: Question) -> dict[str, Any]:
    if question.has_choices:
        return {"question": question.pk, "choices": [question.choices.filter(is_correct=False).first().pk]}
    return {"question": question.pk, "text": "nonsense"}
