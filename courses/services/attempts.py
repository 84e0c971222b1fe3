"""Taking a quiz: start, save, hand in. The server holds the clock; one attempt is open at a time.

Everything waits for the lock on the student's enrolment, so two tabs cannot both start, nor both hand in.
"""

import random
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, Invalid, NotFound
from community_platform.core.events import publish
from courses import limits
from courses.events import QuizSubmitted
from courses.models import Enrollment, Quiz, QuizAnswer, QuizAttempt, Verb
from courses.services.grading import clean_response, is_right
from courses.services.progress import lock_enrollment, mark_done, progress_row, touch
from courses.services.track import HERE, Origin, track

Said = Mapping[str, Any]  # {"question": id, "choices": [ids]} or "text" or "number" instead


def start_attempt(*, actor: Any, quiz: Quiz) -> tuple[QuizAttempt, bool]:
    """Return (the open attempt of `actor`, whether it is new). Questions, points and the deadline are frozen in it.

    An attempt whose time is over is handed in first. `quiz.lesson.course` is loaded.
    Raises: NotAllowed `not_enrolled`; Conflict `no_questions`, `no_attempts_left`. Publishes: what handing in does.
    """
    lesson = quiz.lesson
    with transaction.atomic():
        enrollment = lock_enrollment(actor, lesson)
        current = quiz.attempts.filter(user_id=actor.pk, submitted_at__isnull=True).first()
        if current is not None and not _is_over(current, timezone.now()):
            return current, False
        if current is not None:
            _close(current, quiz, enrollment, actor)
        quiz = Quiz.objects.select_for_update(no_key=True).get(pk=quiz.pk)  # an edit waits, or is seen whole
        quiz.lesson = lesson
        attempt = _freeze(actor, quiz)
        progress_row(actor, lesson)
        touch(enrollment, lesson)
        for verb in (Verb.VIEWED, Verb.ATTEMPTED):
            track(verb, user=actor, course=lesson.course, lesson_id=lesson.pk, value=attempt.number)
    return attempt, True


def save_answers(*, actor: Any, attempt: QuizAttempt, answers: Iterable[Said]) -> QuizAttempt:
    """Keep what was answered so far; the rest of the attempt stays as it is.

    `attempt.quiz.lesson.course` is loaded. Raises: NotFound (someone else's), Invalid on `answers`, Conflict
    `already_submitted`, `time_over` (it is handed in then, as it was saved).
    """
    _ensure_own(actor, attempt)
    return _while_open(actor, attempt, answers, is_last=False)


def submit_attempt(*, actor: Any, attempt: QuizAttempt, answers: Iterable[Said] = ()) -> QuizAttempt:
    """Hand an attempt in, with last answers, and return it marked. Passing completes the lesson.

    Raises: NotFound (someone else's), NotAllowed `not_enrolled`, Invalid on `answers`, Conflict `already_submitted`,
    `time_over` (what was saved in time is marked, the answers sent now are not taken).
    Publishes: QuizSubmitted, LessonCompleted, CourseCompleted.
    """
    _ensure_own(actor, attempt)
    return _while_open(actor, attempt, answers, is_last=True)


def close_overdue(*, now: datetime | None = None) -> int:
    """Hand in every attempt whose time is over, and return how many. Repeatable; pages do the same for one on sight."""
    moment = (now or timezone.now()) - limits.DEADLINE_GRACE
    overdue = QuizAttempt.objects.filter(submitted_at__isnull=True, deadline__lt=moment).order_by("deadline")
    closed = 0
    for attempt in overdue.select_related("quiz__lesson__course", "user")[: limits.OVERDUE_BATCH]:
        closed += close_if_over(attempt=attempt)
    return closed


def close_if_over(*, attempt: QuizAttempt) -> bool:
    """Hand `attempt` in if its time is over, and tell whether it was. A person who left the course is marked too."""
    if not attempt.is_open or not _is_over(attempt, timezone.now()):
        return False
    with transaction.atomic():
        rows = Enrollment.ever.select_for_update().filter(
            user=attempt.user_id, course=attempt.quiz.lesson.course_id
        )
        enrollment = rows.first()
        locked = QuizAttempt.objects.select_for_update().get(pk=attempt.pk)
        if locked.is_open:
            locked.user = attempt.user
            _close(locked, attempt.quiz, enrollment, attempt.user)
    attempt.refresh_from_db()
    return True


def _while_open(actor: Any, attempt: QuizAttempt, answers: Iterable[Said], *, is_last: bool) -> QuizAttempt:
    quiz = attempt.quiz
    overtime = False
    with transaction.atomic():
        enrollment = lock_enrollment(actor, quiz.lesson)
        attempt = QuizAttempt.objects.select_for_update().get(pk=attempt.pk)
        attempt.quiz = quiz
        if not attempt.is_open:
            raise Conflict(_("This attempt has been handed in."), code="already_submitted")
        overtime = _is_over(attempt, timezone.now())
        if not overtime:
            _write(attempt, answers)
        if overtime or is_last:
            _close(attempt, quiz, enrollment, actor)
        touch(enrollment, quiz.lesson)
    if overtime:  # outside the transaction: the attempt is handed in all the same
        raise Conflict(_("The time is over. What you had saved was handed in."), code="time_over")
    return attempt


def _freeze(actor: Any, quiz: Quiz) -> QuizAttempt:
    questions = list(quiz.questions.prefetch_related("choices"))
    if not questions:
        raise Conflict(_("This quiz has no questions yet."), code="no_questions")
    number = (quiz.attempts.filter(user_id=actor.pk).aggregate(last=Max("number"))["last"] or 0) + 1
    if quiz.attempts_max is not None and number > quiz.attempts_max:
        raise Conflict(_("You have used all attempts."), code="no_attempts_left")
    now = timezone.now()
    attempt = QuizAttempt.objects.create(
        user_id=actor.pk, quiz=quiz, number=number, quiz_version=quiz.version, pass_percent=quiz.pass_percent,
        seed=secrets.randbits(31), started_at=now, max_score=sum(question.points for question in questions),
        deadline=now + timedelta(seconds=quiz.time_limit_seconds) if quiz.time_limit_seconds else None,
    )  # fmt: skip
    dice = random.Random(attempt.seed)  # noqa: S311 - an order to be repeated, not a secret
    if quiz.is_shuffled:
        dice.shuffle(questions)
    answers = []
    for position, question in enumerate(questions):
        order = [choice.pk for choice in question.choices.all()]
        if quiz.is_shuffled:
            dice.shuffle(order)
        answers.append(
            QuizAnswer(
                attempt=attempt,
                question=question,
                position=position,
                choice_order=order,
                max_mark=question.points,
            )
        )
    QuizAnswer.objects.bulk_create(answers)
    return attempt


def _write(attempt: QuizAttempt, answers: Iterable[Said]) -> None:
    rows = {row.question_id: row for row in _answers(attempt)}
    changed = []
    for said in answers:
        row = rows.get(said.get("question", 0))
        if row is None:
            raise Invalid(_("This question is not in your attempt."), code="does_not_exist", field="answers")
        response = clean_response(row.question, said)
        if response != row.response:
            row.response, row.answered_at = response, timezone.now()
            changed.append(row)
    QuizAnswer.objects.bulk_update(changed, ["response", "answered_at"])


def _close(attempt: QuizAttempt, quiz: Quiz, enrollment: Enrollment | None, user: Any) -> None:
    """Mark the locked attempt and tell everybody. One that ran out of time ended at its deadline, whenever seen."""
    now = timezone.now()
    attempt.is_overdue = _is_over(attempt, now)
    attempt.submitted_at = attempt.deadline if attempt.is_overdue else now
    rows = list(_answers(attempt))
    for row in rows:
        row.is_correct = is_right(row.question, row.response)
        row.mark = row.max_mark if row.is_correct else 0
    QuizAnswer.objects.bulk_update(rows, ["mark", "is_correct"])
    attempt.score = sum(row.mark or 0 for row in rows)
    attempt.percent = attempt.score * 100 // attempt.max_score if attempt.max_score else 0
    attempt.passed = attempt.percent >= attempt.pass_percent
    taken = (attempt.submitted_at or now) - attempt.started_at
    attempt.duration_seconds = max(0, int(taken.total_seconds()))
    attempt.save()
    _tell(attempt, quiz, user)
    if attempt.passed and enrollment is not None:
        mark_done(enrollment, progress_row(user, quiz.lesson), user, quiz.lesson)


def _tell(attempt: QuizAttempt, quiz: Quiz, user: Any) -> None:
    lesson = quiz.lesson
    track_submission(
        user=user, quiz=quiz, score=attempt.score, max_score=attempt.max_score, seconds=attempt.duration_seconds,
        data={"attempt": attempt.pk, "number": attempt.number, "passed": attempt.passed},
        origin=Origin(at=attempt.submitted_at) if attempt.is_overdue else HERE,
    )  # fmt: skip
    publish(
        QuizSubmitted(
            user_id=user.pk, course_id=lesson.course_id, lesson_id=lesson.pk, quiz_id=quiz.pk, attempt_id=attempt.pk,
            number=attempt.number, score=attempt.score, max_score=attempt.max_score, percent=attempt.percent,
            passed=attempt.passed, is_first=attempt.number == 1, duration_seconds=attempt.duration_seconds,
        )
    )  # fmt: skip


def track_submission(
    *, user: Any, quiz: Quiz, score: Any, max_score: Any, seconds: int, data: dict[str, Any], origin: Origin
) -> bool:
    """Write a result into the log, of an attempt here or one that another system reports."""
    lesson = quiz.lesson
    return track(
        Verb.SUBMITTED, user=user, course=lesson.course, lesson_id=lesson.pk, wall_ms=seconds * 1000,
        value=round(score * 10_000 / max_score) if max_score else 0, origin=origin,
        data={"quiz": quiz.pk, "score": float(score), "max_score": float(max_score), **data},
    )  # fmt: skip


def _is_over(attempt: QuizAttempt, now: datetime) -> bool:
    """Tell whether the time is over. The grace is for what is on its way, not for thinking."""
    return attempt.deadline is not None and now > attempt.deadline + limits.DEADLINE_GRACE


def _answers(attempt: QuizAttempt) -> Any:
    """Return the answers with their questions, retired ones included, and choices: 3 queries."""
    rows = attempt.answers.select_related("question").prefetch_related("question__choices")
    return rows.order_by("position")


def _ensure_own(actor: Any, attempt: QuizAttempt) -> None:
    if attempt.user_id != actor.pk:
        raise NotFound
