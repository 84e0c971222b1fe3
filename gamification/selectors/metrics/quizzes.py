"""What people do with quizzes, here or in systems that tell of it. Attempts that ran out without an answer are none.

Whether every question of a course was answered only attempts here can tell: a report has no questions.
"""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from courses.models import EventSource, LearningEvent, QuizAnswer, QuizAttempt, Verb
from gamification.selectors.metrics.learning import not_own
from gamification.selectors.metrics.units import People, Sql, Window, among, as_sql, of

PERFECT_QUESTIONS, QUICK_QUESTIONS, COURSE_QUESTIONS = 3, 5, 10
QUICK_SECONDS = 300
ELSEWHERE = (EventSource.INGEST, EventSource.XAPI)
WHOLE = 10_000  # hundredths of a percent: what the log keeps of a result


def _quizzes(people: People, reported: dict[str, Any], **which: Any) -> Sql:
    """One unit a quiz, dated by the first attempt that did it, here or in another system."""
    here = _attempts(people).filter(**which).values(at=F("submitted_at"), who=F("user"), part=F("quiz"))
    there = reports(people).filter(data__passed=True, **reported)
    one, two = as_sql(here), as_sql(there.values("at", who=F("user"), part=F("lesson__quiz")))
    both = f"{one.text} UNION ALL {two.text}"
    text = f"SELECT who, MIN(at) AS at FROM ({both}) b GROUP BY who, part"  # noqa: S608 - our own pieces
    return Sql(text, one.params + two.params)


def _attempts(people: People) -> QuerySet[Any]:
    return QuizAttempt.objects.filter(
        not_own("quiz__lesson__course"), submitted_at__isnull=False, **of(people, "user")
    )


def reports(people: People) -> QuerySet[Any]:
    """Return the results of quizzes that other systems told of: they count as attempts here do."""
    return LearningEvent.objects.filter(
        not_own("course"), verb=Verb.SUBMITTED, source__in=ELSEWHERE, lesson__quiz__isnull=False, **of(people, "user")
    )


def passed(people: People, window: Window) -> Sql:
    return _quizzes(people, {}, passed=True)


def perfect(people: People, window: Window) -> Sql:
    enough = PERFECT_QUESTIONS
    reported = {"value": WHOLE, "lesson__quiz__questions_count__gte": enough}
    return _quizzes(people, reported, percent=100, quiz__questions_count__gte=enough)


def quick(people: People, window: Window) -> Sql:
    enough = QUICK_QUESTIONS
    reported = {"wall_ms__lte": QUICK_SECONDS * 1000, "lesson__quiz__questions_count__gte": enough}
    return _quizzes(
        people, reported, passed=True, duration_seconds__lte=QUICK_SECONDS, quiz__questions_count__gte=enough
    )


def first_try(people: People, window: Window) -> Sql:
    return _quizzes(people, {"data__number": 1}, passed=True, number=1)


def attempts_of_one(people: People, window: Window) -> list[QuerySet[Any]]:
    """One unit an attempt with an answer; who reports one tells of no questions, so any counts."""
    answered = QuizAnswer.objects.filter(attempt=OuterRef("pk"), answered_at__isnull=False)
    here = _attempts(people).filter(Exists(answered))
    return [
        here.values(at=F("submitted_at"), who=F("user"), part=F("quiz")),
        reports(people).values("at", who=F("user"), part=F("lesson__quiz")),
    ]


def fully_answered(people: People, window: Window) -> Sql:
    """One unit a course of which somebody answered every question there is now, in any version of it."""
    some = among(people, "a.user_id")
    answered = (
        "SELECT a.user_id, l.course_id, q.lineage, MIN(a.submitted_at) AS at "  # noqa: S608 - our own pieces
        "FROM courses_quizanswer x JOIN courses_quizattempt a ON a.id = x.attempt_id "
        "JOIN courses_question q ON q.id = x.question_id JOIN courses_quiz z ON z.id = a.quiz_id "
        "JOIN courses_lesson l ON l.id = z.lesson_id JOIN courses_course c ON c.id = l.course_id "
        "WHERE a.submitted_at IS NOT NULL AND x.answered_at IS NOT NULL AND c.instructor_id <> a.user_id "
        "AND l.removed_at IS NULL AND EXISTS (SELECT 1 FROM courses_question k WHERE k.lineage = q.lineage "
        f"AND k.retired_at IS NULL) {some.text} GROUP BY a.user_id, l.course_id, q.lineage"
    )
    asked = (
        "SELECT l.course_id, COUNT(*) AS n FROM courses_question q JOIN courses_quiz z ON z.id = q.quiz_id "
        "JOIN courses_lesson l ON l.id = z.lesson_id WHERE q.retired_at IS NULL AND l.removed_at IS NULL "
        "GROUP BY l.course_id HAVING COUNT(*) >= %s"
    )
    text = (
        f"SELECT d.user_id AS who, MAX(d.at) AS at FROM ({answered}) d "  # noqa: S608
        f"JOIN ({asked}) t ON t.course_id = d.course_id GROUP BY d.user_id, d.course_id, t.n HAVING COUNT(*) = t.n"
    )
    return Sql(text, (*some.params, COURSE_QUESTIONS))
